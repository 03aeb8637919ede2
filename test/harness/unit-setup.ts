/** Once before all unit tests: what several of them need from the system must not be installed by several at a time. */
import { chromiumPath } from '../../scripts/chromium.mjs';
import { installSandbox } from '../../scripts/sandbox.mjs';

export default (): void => {
  chromiumPath();
  installSandbox();
};
