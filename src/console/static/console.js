// What a page cannot do by itself: stop asking while nobody looks, tell of a failed request, keys, dropped files.
(() => {
  const messages = () => document.getElementById('messages');

  function tell(text) {
    const place = messages();
    if (!place) return;
    const line = document.createElement('p');
    line.className = 'flash error';
    line.setAttribute('role', 'alert');
    line.textContent = text;
    place.replaceChildren(line);
  }

  document.addEventListener('htmx:beforeRequest', (event) => {
    if (document.hidden && event.detail.elt.classList.contains('live')) event.preventDefault();
  });
  // A part that refreshes itself must not take away what a person has opened or is about to type in.
  document.addEventListener('htmx:beforeSwap', (event) => {
    const { elt } = event.detail;
    if (!elt.classList.contains('live')) return;
    const active = document.activeElement;
    if (active && elt.contains(active) && active.matches('input, select, textarea'))
      event.detail.shouldSwap = false;
  });
  document.addEventListener('htmx:responseError', (event) => {
    if (event.detail.elt.classList.contains('live')) return;
    tell('L’action n’a pas abouti. Rechargez la page et recommencez.');
  });
  document.addEventListener('htmx:sendError', () => {
    tell('La console ne répond pas. Vérifiez votre connexion, puis recommencez.');
  });
  document.addEventListener('htmx:afterRequest', (event) => {
    if (event.detail.successful) messages()?.querySelector('.flash.error')?.remove();
  });

  // A list of filters that applies itself when a choice changes.
  document.addEventListener('change', (event) => {
    const form = event.target.closest?.('form[data-auto]');
    if (form) form.requestSubmit();
  });

  // "/" goes to the search, "?" to the help of the page; never while somebody types.
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches?.('input, textarea, select, [contenteditable]')) return;
    if (event.key === '/') {
      const search = document.querySelector('[data-search]');
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });

  // Files dropped on a field are put into it; a form with data-auto is sent at once.
  for (const kind of ['dragover', 'dragleave', 'drop']) {
    document.addEventListener(kind, (event) => {
      const zone = event.target.closest?.('[data-drop]');
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle('over', kind === 'dragover');
      const input = zone.querySelector('input[type=file]');
      if (kind !== 'drop' || !input || !event.dataTransfer) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }

  // An order that cannot be undone is asked about first.
  document.addEventListener('submit', (event) => {
    const question = event.target.dataset?.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
})();
