// What is said, or what is written in a picture. Enter submits, Shift+Enter makes a new line.

import Text from "./text.js";

export default class Transcript extends Text {
  rows = 3;
  placeholder = "What is said or written";
  enterSubmits = true;
}
