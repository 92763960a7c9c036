import type { Page } from 'playwright-core';

/** Pixels between margins of 15 mm of an A4 page, the narrowest that people print on; those of the page itself are smaller. */
export const PAPER = { width: 680, height: 1000 };

/** What of a page that is shown as it prints stands out at the right or is scrolled away, and so would be shrunk or cut. */
export async function cutOff(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const end = document.documentElement.clientWidth + 1;
    const all = [...document.querySelectorAll('body *')].filter((one) => one.closest('svg') === null || one.tagName === 'svg');
    const scrolled = (one) => getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
    return all
      .filter((one) => one.getBoundingClientRect().right > end || scrolled(one))
      .map((one) => one.tagName + ' ' + one.textContent.trim().slice(0, 40));
  })()`)) as string[];
}
