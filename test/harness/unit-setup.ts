/** Once before all unit tests: those of the panel need a browser, and it must not be installed by several at a time. */
import { chromiumPath } from '../../scripts/chromium.mjs';

export default (): void => {
  chromiumPath();
};
