/** The models trained here, by name: apart from the vocabulary, because importing it loads TensorFlow.js. */
export { MODELS } from '../models/registry.js';
