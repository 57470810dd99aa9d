// A scanner that is a keyboard sends the separator GS as Ctrl+], which a field would drop: it is put in where the caret stands.
addEventListener('keydown', event => {
  const field = event.target;
  if (event.ctrlKey && event.key === ']' && (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && field.selectionStart !== null) {
    event.preventDefault();
    field.setRangeText('\u001d', field.selectionStart, field.selectionEnd, 'end');
  }
}, true);
