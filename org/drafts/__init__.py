"""Drafts of forms: kept while they are written, for the writer alone, until they are handed in.

How a form of any room opts in: `{% load drafts %}` and `<form … {% autosave "excuse" employee_no week.code %}>`. The
first word names the form, the others what it is about (a day, a log, a week); together they name the draft of the
person. `form=decide` names the Django form where the page does not call it `form`. Nothing else is needed:
static/autosave.js saves 800 ms after the last key, restores on opening, and names the draft in the form that is posted;
org.drafts.middleware forgets the draft when the form is taken (a redirect or 2xx without an error message; a refused
one answers 422 or 409 and keeps it). The state text goes where the page has `data-autosave-state="excuse"`, else above
the form.

What is hidden, a password, a file, or marked `data-no-draft` is never kept; a hidden field marked `data-draft` is: when
the row was shown, so that a restored draft still meets the check against another writer. Values are restored into the
fields that are there; a page that adds rows by script listens to `autosave:restore` on the form (`detail` is
{name: [values]}) and adds them first; `autosave:restored` tells when all is filled.

Of two tabs the second to save is told and chooses; each saving names the version that it read (actions.keep).
"""
