// Boxes on an image.

import { CanvasScreen } from "../canvas/screen.js";
import { shape } from "../canvas/shapes/box.js";
import { DrawBox, ExtremeBox, MoveBox } from "../canvas/shapes/boxtools.js";

export default class Boxes extends CanvasScreen {
  shape = shape;
  hint = "Drag to draw a box, or click two corners.";

  prepare() {
    this.toolset = [
      { id: "box", name: "Box", key: "B", icon: "box", hand: new DrawBox(this) },
      { id: "extreme", name: "4 points", key: "X", icon: "extreme", hand: new ExtremeBox(this) },
      { id: "move", name: "Move", key: "V", icon: "move", hand: new MoveBox(this) },
    ];
  }

  get keys() {
    return [...super.keys, ["Alt+arrows", "resize"], [", .", "turn by 1°, with Shift 15°"], ["Ctrl+drag", "move a box without selecting it first"]];
  }
}
