// SPDX-License-Identifier: AGPL-3.0-or-later
// What JavaScript adds to pages that work without it. Each file finds its own elements by a data-
// attribute that html/ writes; nothing here talks to any other site.
import { confirmActions } from "./confirm";
import { guardChanges } from "./guard";
import { answerQuestions, markWhatRanOut, offerKeeping } from "./keep-pages";
import { passkeys } from "./passkey";
import { quickExit } from "./quick-exit";
import { typeahead } from "./typeahead";

quickExit();
typeahead();
confirmActions();
guardChanges();
offerKeeping();
answerQuestions();
markWhatRanOut();
passkeys();

// A form that came back with errors: say them first.
document.querySelector<HTMLElement>("[data-focus]")?.focus();
