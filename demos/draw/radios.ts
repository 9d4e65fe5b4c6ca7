// A row of radio buttons inside a fieldset, from data.

/** Gives what checks one of them. */
export function createRadios<Name extends string>(
  fieldset: HTMLElement,
  choices: readonly (readonly [name: Name, title: string])[],
  onChoose: (name: Name) => void,
): (name: Name) => void {
  const row = document.createElement('div');
  row.className = 'radios';
  const inputs = choices.map(([name, title]) => {
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = fieldset.id;
    input.value = name;
    input.addEventListener('change', () => onChoose(name));
    const words = document.createElement('span');
    words.textContent = title;
    const label = document.createElement('label');
    label.append(input, words);
    row.append(label);
    return input;
  });
  fieldset.append(row);
  return (name) => {
    for (const input of inputs) input.checked = input.value === name;
  };
}
