// The numbers of the selected stretch, to be read and typed.

import { h } from "../dom.js";

export class Numbers {
  /** `fields` = [{name, label, step, unit, optional}]; `commit(region, name, value)` takes a number, null where it was cleared. */
  constructor(desk, fields, commit) {
    Object.assign(this, { desk, commit });
    this.inputs = fields.map((field) => {
      const input = h("input", {
        class: "field", type: "number", step: String(field.step), min: "0", inputmode: "decimal", autocomplete: "off",
        onchange: (event) => {
          event.stopPropagation();
          this.#typed(field, input);
        },
        onkeydown: (event) => {
          // Enter ends the typing, and is no submit
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          event.stopPropagation();
          this.#typed(field, input);
          input.blur();
        },
      });
      return { field, input, element: h("label", {}, `${field.label} (${field.unit})`, input) };
    });
    this.element = h("fieldset", { class: "tl-numbers", hidden: true }, h("legend", { class: "unseen" }, "Selected stretch"), this.inputs.map((one) => one.element));
  }

  #typed(field, input) {
    const region = this.desk.model.selected;
    if (!region || this.desk.readonly) return;
    const value = input.value.trim() === "" ? null : Number(input.value);
    if (value === null ? !field.optional : !Number.isFinite(value)) return this.show();
    if (value === (region[field.name] ?? null)) return;
    this.commit(region, field.name, value);
    this.show();
  }

  show() {
    const region = this.desk.model.selected;
    this.element.hidden = !region;
    if (!region) return;
    for (const { field, input } of this.inputs) {
      const value = region[field.name];
      input.value = value === undefined || value === null ? "" : String(Number(value.toFixed(field.digits ?? 3)));
      input.readOnly = this.desk.readonly;
    }
  }
}
