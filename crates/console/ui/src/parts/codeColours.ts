// Colours of code that can be read on a light and on a dark page.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

export const lightColours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.keyword, color: "#6f1ba8" },
    { tag: [tags.string, tags.special(tags.string)], color: "#a31515" },
    { tag: [tags.number, tags.bool, tags.null], color: "#0b5f3a" },
    { tag: tags.propertyName, color: "#0b4f9c" },
    { tag: tags.comment, color: "#5f6b7a", fontStyle: "italic" },
    { tag: tags.typeName, color: "#07656b" },
  ]),
);

export const darkColours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.keyword, color: "#75b1ff" },
    { tag: [tags.string, tags.special(tags.string)], color: "#b2e68d" },
    { tag: [tags.number, tags.bool, tags.null], color: "#f5b36e" },
    { tag: tags.propertyName, color: "#9fd8f5" },
    { tag: tags.comment, color: "#8c98a8", fontStyle: "italic" },
    { tag: [tags.operator, tags.punctuation], color: "#c6c6cd" },
    { tag: tags.typeName, color: "#e2b0f0" },
  ]),
);
