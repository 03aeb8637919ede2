/** Once before all unit tests: what several of them need from the system must not be installed by several at a time. */
import { bubblewrapPath } from '../../scripts/bubblewrap.mjs';
import { chromiumPath } from '../../scripts/chromium.mjs';

export default (): void => {
  chromiumPath();
  bubblewrapPath();
};
