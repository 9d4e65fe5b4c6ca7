// A row of radio buttons inside a fieldset, from data.

export function createRadios<Name extends string>(
  fieldset: HTMLElement,
  choices: Readonly<Record<Name, { readonly title: string }>>,
  checked: Name,
  onChoose: (name: Name) => void,
): void {
  const row = document.createElement('div');
  row.className = 'radios';
  for (const name of Object.keys(choices) as Name[]) {
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = fieldset.id;
    input.value = name;
    input.checked = name === checked;
    input.addEventListener('change', () => onChoose(name));
    const title = document.createElement('span');
    title.textContent = choices[name].title;
    const label = document.createElement('label');
    label.append(input, title);
    row.append(label);
  }
  fieldset.append(row);
}
