// Colours of code on a dark page; on a light one the library's own are readable.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

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
