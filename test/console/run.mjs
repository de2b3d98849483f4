// The tests of the web console, in headless Chromium. Usage: node run.mjs BINARY FOLDER-FOR-SCREENSHOTS
import { after, before } from "node:test";
import { closeBrowser, openBrowser } from "./support.mjs";
import "./pure_test.mjs";
import "./overview_test.mjs";
import "./keys_test.mjs";
import "./transactions_test.mjs";
import "./watch_test.mjs";
import "./operations_test.mjs";
import "./page_test.mjs";

before(openBrowser);
after(closeBrowser);
