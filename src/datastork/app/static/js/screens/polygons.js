// Outlines of objects on an image.

import { CanvasScreen } from "../canvas/screen.js";
import { shape, tangled } from "../canvas/shapes/polygon.js";
import { DrawPolygon, MovePolygon } from "../canvas/shapes/polygontools.js";

export default class Polygons extends CanvasScreen {
  shape = shape;
  hint = "Click point after point, or draw the outline. Enter or the first point closes it.";

  prepare() {
    this.toolset = [
      { id: "polygon", name: "Polygon", key: "P", icon: "polygon", hand: new DrawPolygon(this) },
      { id: "move", name: "Move", key: "V", icon: "move", hand: new MovePolygon(this) },
    ];
  }

  warning(region) {
    return region && tangled(region.points) ? "The outline crosses itself." : "";
  }

  /** Buttons for fingers: close or take back a point, delete the selected one. */
  actions(region) {
    const { hand } = this.tool;
    if (hand.outline?.working) {
      return [
        { name: "Take back the last point", icon: "undo", act: () => this.undo() },
        { name: "Close", icon: "check", act: () => hand.outline.close() },
      ];
    }
    return region && hand.vertex >= 0 ? [{ name: "Delete the point", icon: "close", act: () => hand.delete(hand.vertex) }] : [];
  }

  get keys() {
    return [...super.keys, ["Enter", "close the polygon"], ["Backspace", "take the last point back"],
      ["[ ]", "point before, next point"], ["J", "insert a point behind it"], ["Del", "delete the selected point"]];
  }
}
