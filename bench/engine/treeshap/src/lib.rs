//! What ../../peers_explain.py needs of the crate treeshap, as functions of C.

use std::slice::{from_raw_parts, from_raw_parts_mut};
use treeshap::{TreeExplainer, TreeModel};

/// A model and its explainer, which refers to it.
pub struct Explained {
    model: *mut TreeModel,
    explainer: Option<TreeExplainer<'static>>,
}

impl Drop for Explained {
    fn drop(&mut self) {
        self.explainer = None;
        // SAFETY: made by Box::into_raw in `read`, and nothing refers to it any more
        drop(unsafe { Box::from_raw(self.model) });
    }
}

fn read(json: &[u8]) -> Result<Explained, Box<dyn std::error::Error>> {
    let model = Box::into_raw(Box::new(TreeModel::from_xgboost_json(json)?));
    let mut explained = Explained { model, explainer: None };
    // SAFETY: lives until `explained` is dropped, which lets the explainer go first
    explained.explainer = Some(TreeExplainer::linear(unsafe { &*model })?);
    Ok(explained)
}

/// Reads a model of one output in XGBoost's JSON and makes its explainer, with the quadrature backend, which is treeshap's
/// fastest and exact for trees no deeper than 15; null, and the reason on stderr, if it cannot be read.
///
/// # Safety
/// `json` points to `length` bytes.
#[no_mangle]
pub unsafe extern "C" fn treeshap_read(json: *const u8, length: usize) -> *mut Explained {
    match read(from_raw_parts(json, length)) {
        Ok(explained) => Box::into_raw(Box::new(explained)),
        Err(error) => {
            eprintln!("treeshap: {error}");
            std::ptr::null_mut()
        }
    }
}

/// Frees what `treeshap_read` made.
///
/// # Safety
/// `explained` came from `treeshap_read` and is not used again.
#[no_mangle]
pub unsafe extern "C" fn treeshap_free(explained: *mut Explained) {
    drop(Box::from_raw(explained));
}

/// What the values of a row add up from: the expected margin.
///
/// # Safety
/// `explained` came from `treeshap_read`.
#[no_mangle]
pub unsafe extern "C" fn treeshap_bias(explained: *const Explained) -> f64 {
    (*explained).explainer.as_ref().map_or(f64::NAN, |explainer| explainer.base_values()[0])
}

/// Shapley values [row][column] of `rows` rows on so many threads; 0, or 1 and the reason on stderr.
///
/// # Safety
/// `explained` came from `treeshap_read`; `x` and `out` point to rows times the model's columns numbers.
#[no_mangle]
pub unsafe extern "C" fn treeshap_explain(
    explained: *const Explained,
    x: *const f64,
    rows: usize,
    threads: usize,
    out: *mut f64,
) -> i32 {
    let Explained { model, explainer } = &*explained;
    let count = rows * (**model).n_features();
    let (x, out) = (from_raw_parts(x, count), from_raw_parts_mut(out, count));
    let explainer = explainer.as_ref().expect("made by treeshap_read");
    match explainer.shap_values_batch_parallel_into(x, 0, Some(threads), out) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("treeshap: {error}");
            1
        }
    }
}
