// The scan page: every scan ends with Enter, is judged by the server, and leaves the box empty and ready for the next.
const form = document.getElementById('scan');
const box = document.getElementById('box');
const session = document.getElementById('session');
const counts = { good: 0, warn: 0, bad: 0 };

// Rows on the screen; a shift scans more than anybody scrolls back to.
const sessionMax = 200;

// One after the other, so that the card shows the last scan and not the slowest answer.
let last = Promise.resolve();

form.addEventListener('submit', event => {
  event.preventDefault();
  const text = box.value; // As it came: the check character of a HIBC symbol can be a blank.
  box.value = '';
  box.focus();
  if (text.trim()) {
    const address = '/scan?' + new URLSearchParams({ text, for: form.elements.for.value });
    last = last.then(() => judge(address, text));
  }
});

async function judge(address, text) {
  const verdict = document.getElementById('verdict');
  try {
    const answer = await fetch(address, { headers: { Accept: 'text/html' } });
    if (answer.redirected) {
      location.reload(); // Signed out meanwhile.
      return;
    }

    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('verdict');
    if (!answer.ok || !fresh) {
      throw new Error(String(answer.status));
    }

    verdict.replaceWith(fresh);
    note(fresh.dataset.weight, fresh.dataset.say, text, fresh.querySelector('a')?.getAttribute('href'));
  } catch {
    verdict.className = 'verdict bad';
    verdict.replaceChildren(line('say', form.dataset.failed), line('', form.dataset.remedy));
    note('bad', form.dataset.failed, text);
  }
}

function note(weight, say, text, address) {
  const row = document.createElement('li');
  row.className = weight;
  const name = document.createElement(address ? 'a' : 'span');
  name.className = 'id';
  name.textContent = text;
  if (address) {
    name.href = address;
    name.target = '_blank';
  }

  const time = line('muted', new Date().toLocaleTimeString(document.documentElement.lang));
  row.append(time, name, line('', say));
  session.prepend(row);
  while (session.children.length > sessionMax) {
    session.lastChild.remove();
  }

  counts[weight]++;
  document.getElementById('nobody').hidden = true;
  document.getElementById('tally').textContent = `✓ ${counts.good}  ! ${counts.warn}  ✕ ${counts.bad}`;
  if (weight === 'bad') {
    navigator.vibrate?.(250);
  }
}

function line(kind, text) {
  const element = document.createElement('span');
  element.className = kind;
  element.textContent = text;
  return element;
}

// A scanner types wherever the focus is: what is typed anywhere but in a field goes to the box.
const isField = element => element instanceof Element && element.closest('input, select, textarea, button, summary');
addEventListener('keydown', event => {
  if (!isField(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey && (event.key.length === 1 || event.key === 'Enter')) {
    box.focus();
  }
}, true);
form.elements.for.addEventListener('change', () => box.focus());
addEventListener('click', event => {
  if (!isField(event.target) && !(event.target instanceof Element && event.target.closest('a'))) {
    box.focus();
  }
});
addEventListener('focus', () => box.focus());
box.focus();
