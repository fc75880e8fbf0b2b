#pragma once

#include "harness/lab/sentence.hpp"

namespace azlab::lab {

/// Whether a verb is forbidden where it stands: `words.no_before` right before it ("do not", "sans", "请勿"), or
/// `words.no_after` behind it in its clause ("Löschen Sie die Gruppe noch nicht").
bool is_forbidden(const Sentence& sentence, const Hit& verb);

/// Whether "or" joins a verb to the one before it within one clause ("do not close or refresh the page").
bool or_between(const Sentence& sentence, std::size_t from, std::size_t to);

/// "zum Erstellen", "pour arrêter": an infinitive that says what for.
bool is_purpose_infinitive(const Sentence& sentence, const Hit& infinitive);

/// "As you enter commands": a verb with its subject right before it tells, it does not order.
bool has_subject(const Sentence& sentence, const Hit& verb);

/// Whether a sentence begins as a statement ("You …", "The …"); "Le nommer …" begins with the object of its verb.
bool is_narrative(const Sentence& sentence);

/// Whether an infinitive orders: it begins a clause of a sentence that has no imperative before it ("Dans le menu, cliquer sur X
/// et sélectionner Y"; "Auf X klicken" where `at_end` says that infinitives end their clauses).
bool infinitive_orders(const Sentence& sentence, const Hit& infinitive, bool earlier_order);

/// Where the clause that begins at `from` ends: at the next comma, "and" or verb.
std::size_t clause_end(const Sentence& sentence, std::size_t from);

/// "打开的窗格", "登录时打开的窗格": a verb that only says of a noun which one it is.
bool is_attribute(const Sentence& sentence, const Hit& verb);

/// What stands in parentheses inside a sentence is a remark.
bool in_parentheses(const Sentence& sentence, std::size_t at);

/// "**Note**: …": the word that names a remark is no verb of it, whatever it means elsewhere.
bool behind_note_word(const Sentence& sentence, const Hit& hit);

/// "click **A** and then on **B**": nothing but "and", commas and prepositions between two labels.
bool follows_and(const Sentence& sentence, std::size_t from, std::size_t mark);

/// "将 **X** 上传到…": `words.object_first` puts the object of the next verb before it.
bool goes_before_verb(const Sentence& sentence, const Sentence::MarkAt& mark);

/// A noun that says that a label is a place ("page", "tab", "section"…) stands beside the mark.
bool has_place_noun(const Sentence& sentence, const Sentence::MarkAt& mark);

/// "F5", "Ctrl+S", "Strg+Umschalt+P", "Enter": keys rather than something on a page.
bool is_key_chord(std::string_view text);

}  // namespace azlab::lab
