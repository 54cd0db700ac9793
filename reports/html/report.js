// What pages do: charts and tables of the record that the page holds; sorting and filtering of tables that are there.
'use strict';
(() => {

// --- Numbers and elements ---------------------------------------------------------------------------------------

const parse = id => { const node = document.getElementById(id); return node ? JSON.parse(node.textContent) : null; };
// The record has words for what JSON has no numbers for.
const WORDS = {inf: Infinity, '-inf': -Infinity, nan: NaN};
const number = value => typeof value === 'string' ? (value in WORDS ? WORDS[value] : NaN) : value;
const EMPTY = '–';  // nothing compared

// For people: four significant digits.
function show(value) {
  if (value === null || value === undefined || value === '') return EMPTY;
  if (typeof value === 'string' && !(value in WORDS)) return value;
  const v = number(value);
  if (Number.isNaN(v)) return 'NaN';
  if (!Number.isFinite(v)) return v > 0 ? 'inf' : '-inf';
  if (Number.isInteger(v) && Math.abs(v) < 1e6) return String(v);
  const text = Number(v.toPrecision(4));
  return Math.abs(v) >= 1e6 || Math.abs(v) < 1e-4 ? v.toExponential(3).replace(/\.?0+e/, 'e') : String(text);
}
const whole = value => String(value);  // a count, all of it
// A share in percent; 100 only when it is all, 0 only when it is none.
function percent(value) {
  const v = number(value);
  if (value === null || value === undefined || Number.isNaN(v)) return EMPTY;
  if (v < 1 && v > 0.9999) return '>99.99';
  if (v > 0 && v < 0.0001) return '<0.01';
  return show(Number((100 * v).toPrecision(4)));
}
const power = exponent => '2' + String(exponent).replace(/./g, c => c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[c]);

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
  return node;
}
let ids = 0;
const fresh = () => 'id' + ++ids;
const badge = verdict => el('span', {class: 'verdict ' + verdict}, verdict);
const unique = values => [...new Set(values)];
function grouped(items, key) {
  const groups = new Map();
  for (const item of items) {
    const k = key(item);
    if (!groups.has(k)) groups.set(k, []);
    groups.get(k).push(item);
  }
  return groups;
}
// The item with the largest value, NaN below everything.
function largest(items, value) {
  let best = null, most = -Infinity;
  for (const item of items) {
    const v = number(value(item));
    if (best === null || v > most) { best = item; most = Number.isNaN(v) ? -Infinity : v; }
  }
  return best;
}

// --- Tables -----------------------------------------------------------------------------------------------------

const PAGE = 100;  // rows shown at first unless a table says otherwise, and at every further turn

// columns: {title, numeric, key(row), cell(row)}, cell a node or text; the key sorts and, as text, is filtered.
// An entry is given the mouse or the focus: `pick(row)`.
function table({caption, columns, rows, filter, pick, short, first = PAGE, sorted}) {
  const body = el('tbody');
  const count = el('p', {class: 'soft', 'aria-live': 'polite'});
  const more = el('button', {class: 'button more', type: 'button'});
  const heads = columns.map((column, index) =>
    el('th', {scope: 'col', class: column.numeric ? 'right' : undefined, 'aria-sort': 'none'},
       el('button', {type: 'button', onclick: () => sort(index)}, column.title)));
  let shown = first, order = null, descending = false, wanted = '';
  let visible = rows;
  const text = new Map();
  const textOf = row => {
    if (!text.has(row)) text.set(row, columns.map(column => String(column.key(row))).join(' ').toLowerCase());
    return text.get(row);
  };
  function compare(a, b, column) {
    const x = column.key(a), y = column.key(b);
    if (!column.numeric) return String(x).localeCompare(String(y), 'en', {numeric: true});
    const u = number(x), v = number(y);
    if (Number.isNaN(u) || Number.isNaN(v)) return (Number.isNaN(u) ? 1 : 0) - (Number.isNaN(v) ? 1 : 0);
    return u === v ? 0 : u < v ? -1 : 1;
  }
  function update() {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    visible = words.length ? rows.filter(row => words.every(word => textOf(row).includes(word))) : rows.slice();
    if (order !== null) {
      const column = columns[order], missing = row => column.numeric && Number.isNaN(number(column.key(row)));
      // What has no number stays at the end either way.
      visible.sort((a, b) => missing(a) || missing(b) ? missing(a) - missing(b)
                                                     : (descending ? -1 : 1) * compare(a, b, column));
    }
    draw();
  }
  function draw() {
    body.replaceChildren(...visible.slice(0, shown).map(row => {
      const tr = el('tr', {}, columns.map((column, index) =>
        el(index === 0 ? 'th' : 'td', {scope: index === 0 ? 'row' : undefined, class: column.numeric ? 'right'
            : undefined},
           column.cell ? column.cell(row) : show(column.key(row)))));
      if (pick) {
        tr.addEventListener('mouseenter', () => pick(row));
        tr.addEventListener('focusin', () => pick(row));
      }
      return tr;
    }));
    const rest = visible.length - Math.min(shown, visible.length);
    more.hidden = rest === 0;
    more.textContent = `Show ${Math.min(rest, PAGE)} more`;
    count.textContent = `${Math.min(shown, visible.length)} of ${visible.length} rows shown` +
                        (visible.length < rows.length ? `, ${rows.length} without the filter` : '');
    count.hidden = Boolean(short) && rest === 0 && visible.length === rows.length;
  }
  function sort(index) {
    descending = order === index ? !descending : Boolean(columns[index].numeric);
    order = index;
    heads.forEach((head, k) => head.setAttribute('aria-sort', k !== index ? 'none' : descending ? 'descending'
        : 'ascending'));
    shown = first;
    update();
  }
  more.addEventListener('click', () => { shown += PAGE; draw(); });
  if (sorted === undefined) update(); else sort(sorted);
  return el('div', {},
    filter ? el('div', {class: 'controls'}, el('label', {}, filter,
      el('input', {type: 'search', oninput: event => { wanted = event.target.value; shown = first; update(); }})))
          : null,
    el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption},
       el('table', {}, el('caption', {}, el('span', {}, caption)), el('thead', {}, el('tr', {}, heads)), body)),
    count, more);
}

// A table that the page came with learns to sort and, if it is long, to filter.
function enhance(old) {
  const caption = old.caption ? old.caption.textContent : '';
  const heads = [...old.tHead.rows[0].cells];
  const rows = [...old.tBodies[0].rows].map(row => [...row.cells]);
  const columns = heads.map((head, index) => ({
    title: head.textContent,
    numeric: head.classList.contains('right'),
    key: row => head.classList.contains('right') ? Number(row[index].textContent) : row[index].textContent,
    cell: row => [...row[index].childNodes],
  }));
  old.closest('.scroll').replaceWith(table({caption, columns, rows, filter: rows.length > 10 ? 'Filter the table'
      : null, short: true}));
}

// --- The row that did it ----------------------------------------------------------------------------------------

function copyButton(text) {
  const button = el('button', {class: 'button', type: 'button'}, 'Copy the command');
  button.addEventListener('click', () => {
    const area = el('textarea', {});
    area.value = text;
    document.body.append(area);
    area.select();
    button.textContent = document.execCommand('copy') ? 'Copied' : 'Select the command to copy it';
    area.remove();
  });
  return button;
}
// `what`: one line; then the result, the row and the command of {element, got, exact, row, command}, as far as there.
function witness(what, data) {
  const parts = [el('p', {}, what)];
  if (data && data.got !== undefined) parts.push(el('p', {}, `element ${data.element}: got `,
      el('span', {class: 'number'}, data.got),
    ', exact ', el('span', {class: 'number'}, data.exact)));
  if (data && data.row) parts.push(el('code', {}, data.row));
  if (data && data.command) parts.push(el('pre', {}, data.command), copyButton(data.command));
  return parts;
}

// --- Charts -----------------------------------------------------------------------------------------------------

const PALETTES = {
  light: {series: ['#0b62c4', '#b3420b', '#1b7a3d', '#7d35d6', '#8a6100', '#b81b63', '#4a5768', '#00707e', '#6b4a2b',
      '#3f5f00'],
          text: '#1c2330', soft: '#525c75', line: '#d5dbe6', card: '#ffffff', bad: '#a8161c'},
  dark: {series: ['#6cb2ff', '#ff9d5c', '#5fd38d', '#c8a4ff', '#f2c14e', '#ff8ab8', '#b8c4d6', '#4fd6e6', '#d9b38c',
      '#b5d96b'],
         text: '#e6eaf2', soft: '#a9b3c8', line: '#363f51', card: '#1b202b', bad: '#ff9a9a'},
};
const dark = window.matchMedia ? matchMedia('(prefers-color-scheme: dark)') : {matches: false};
let printing = false;
const palette = () => PALETTES[dark.matches && !printing ? 'dark' : 'light'];
const MARKS = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot', 'rectRounded', 'cross', 'dash', 'line'];
const figures = [];  // all of the page

const log2Tick = value => {
  const exponent = Math.log2(value);
  if (!Number.isInteger(exponent)) return '';
  return value >= 0.125 && value <= 4096 ? String(value) : power(exponent);
};
const log10Tick = value => {
  const exponent = Math.log10(value);
  return Math.abs(exponent - Math.round(exponent)) < 1e-9
      ? (Math.abs(exponent) < 4 ? show(value) : '1e' + Math.round(exponent)) : '';
};

// The place of a value on a logarithmic axis. What has none stands at its edges: 0, and what is below `least`, at the
// lower one, inf at the upper one.
function scaleOf(values, least = 0) {
  const finite = values.map(number).filter(v => Number.isFinite(v) && v > least);
  const low = finite.length ? Math.min(...finite) : least || 0.1, high = finite.length ? Math.max(...finite) : 1;
  const floor = 10 ** Math.floor(Math.log10(low) + 1e-9), ceiling = 10 ** Math.ceil(Math.log10(high) - 1e-9);
  const top = ceiling > floor ? ceiling : floor * 10;
  const isLow = v => v <= least;
  const below = values.some(v => isLow(number(v))) ? floor / 10 : floor;
  const above = values.some(v => number(v) === Infinity) ? top * 10 : top;
  const zero = values.some(v => isLow(number(v)) && number(v) > 0) ? '≤ ' + show(least) : '0';
  return {min: below, max: above,
          place: v => Number.isNaN(number(v)) ? null : isLow(number(v)) ? below : number(v) === Infinity ? above
              : number(v),
          tick: v => near(v, below) && below < floor ? zero : near(v, above) && above > top ? 'inf' : log10Tick(v)};
}
const near = (a, b) => Math.abs(a / b - 1) < 1e-9;
const decadesOnly = axis => {
  axis.ticks = [];
  const room = axis.isHorizontal() ? axis.chart.width / 70 : 12;
  const first = Math.round(Math.log10(axis.min)), last = Math.round(Math.log10(axis.max));
  const step = Math.ceil((last - first) / room);
  for (let e = first; e <= last - step; e += step) axis.ticks.push({value: 10 ** e});
  axis.ticks.push({value: 10 ** last});
};

// A chart with its title, one sentence of what to see, its values as a table, and the row behind the point in view.
//   series: [{name, points: [{x, y, bound, label, what, data}]}], in the order of the legend
//   bars: categories in place of x; a log scale of x otherwise, of base 2
function figure(parent, {title, see, wide, make}) {
  const id = fresh();
  const canvas = el('canvas', {role: 'img', tabindex: 0, 'aria-labelledby': id, 'aria-describedby': id + 's'});
  const readout = el('div', {class: 'readout', 'aria-live': 'polite'});
  const box = el('div', {class: 'canvas'}, canvas);
  const empty = el('p', {class: 'soft'});
  const inside = el('div');
  const details = el('details', {}, el('summary', {}, 'The values as a table'), inside);
  const hint = 'Point at a mark, or use the arrow keys, to see the row behind it.';
  const node = el('figure', {class: wide ? 'wide' : undefined, 'aria-labelledby': id}, el('h3', {id}, title),
                  el('p', {id: id + 's'}, see), box, empty, readout, details);
  parent.append(node);
  let chart = null, plan = null, seen = false, stale = true;

  function pick(point) { readout.replaceChildren(...witness(point.what, point.data)); }
  function list() {
    const points = plan.series.flatMap(series =>
        series.points.filter(point => !point.filler).map(point => ({...point, series: series.name})));
    const columns = [{title: plan.of, key: point => point.series},
                     {title: plan.x, numeric: !plan.categories, key: point => point.label},
                     {title: plan.y, numeric: true, key: point => point.y}];
    if (points.some(point => point.bound !== undefined)) columns.push({title: 'proved bound', numeric: true,
        key: point => point.bound});
    inside.replaceChildren(table({caption: title, columns, rows: points, pick, short: true}));
  }
  function draw() {
    stale = false;
    plan = make();
    if (chart) { chart.destroy(); chart = null; }
    const any = plan.series.some(series => series.points.some(point => !Number.isNaN(number(point.y))));
    box.hidden = readout.hidden = details.hidden = !any;
    empty.hidden = any;
    empty.textContent = plan.nothing || 'Nothing was compared.';
    if (!any) return;
    readout.replaceChildren(el('p', {class: 'soft'}, hint));
    if (details.open) list(); else inside.replaceChildren();
    const colours = palette();
    const y = scaleOf(plan.series.flatMap(series =>
        series.points.flatMap(point => [point.y, point.bound].filter(v => v !== undefined))), plan.least);
    const horizontal = plan.horizontal, xs = plan.series.flatMap(series => series.points.map(point => point.x));
    const colour = k => plan.series[k].bad ? colours.bad : colours.series[k % colours.series.length];
    const dot = (point, v) => plan.categories ? y.place(v) : {x: point.x, y: y.place(v), point};
    const datasets = plan.series.map((series, k) => ({
      label: series.name, data: series.points.map(point => dot(point, point.y)), points: series.points,
      borderColor: colour(k), backgroundColor: plan.categories ? colour(k) + 'cc' : colour(k),
          borderWidth: plan.categories ? 1 : 2 + 0.9 * k,
      // Equal series lie upon each other, the first on top: the wider ones show beneath.
      pointStyle: MARKS[k % MARKS.length], pointRadius: 3.5 + 0.8 * k, pointHoverRadius: 8, clip: 12,
          grouped: !horizontal, minBarLength: 3, maxBarThickness: 26,
      stepped: plan.stepped ? 'middle' : false,
    }));
    if (!plan.categories) {
      plan.series.forEach((series, k) => {
        const bounded = series.points.filter(point => point.bound !== undefined);
        if (!bounded.length) return;
        datasets.push({label: series.name + ', proved bound', data: bounded.map(point => dot(point, point.bound)),
            points: bounded, of: k,
                       borderColor: colour(k), backgroundColor: colour(k), borderDash: [6, 5], borderWidth: 1.5,
                           pointRadius: 0,
                       pointHoverRadius: 5, pointHitRadius: 4});
      });
    }
    const valueAxis = {type: 'logarithmic', min: y.min, max: y.max, afterBuildTicks: decadesOnly,
        title: {display: true, text: plan.y, color: colours.text},
                       ticks: {color: colours.soft, callback: y.tick, autoSkip: false, maxRotation: 0},
                           grid: {color: colours.line}};
    const otherAxis = plan.categories
      ? {title: {display: Boolean(plan.x) && !horizontal, text: plan.x, color: colours.text},
         ticks: {color: colours.soft, autoSkip: false, maxRotation: 60}, grid: {display: false}}
      : {type: 'logarithmic', title: {display: true, text: plan.x, color: colours.text}, grid: {color: colours.line},
         min: Math.min(...xs) / 1.15, max: Math.max(...xs) * 1.15,
         afterBuildTicks: axis => {
           axis.ticks = [];
           for (let e = Math.ceil(Math.log2(axis.min)); e <= Math.log2(axis.max); ++e) axis.ticks.push({value: 2 ** e});
         },
         ticks: {color: colours.soft, callback: plan.tick || log2Tick, maxRotation: 0, autoSkipPadding: 10}};
    if (horizontal) box.style.height = Math.max(12, 5 + 1.7 * plan.categories.length) + 'rem';
    const names = plan.series.map(series => series.name);
    chart = new Chart(canvas, {
      type: plan.categories ? 'bar' : 'line',
      data: {labels: plan.categories, datasets},
      options: {
        responsive: true, maintainAspectRatio: false, animation: false, indexAxis: horizontal ? 'y' : 'x',
        interaction: {mode: 'nearest', intersect: false, axis: plan.categories ? (horizontal ? 'y' : 'x') : 'xy'},
        onHover: (event, active) => { if (active.length) pick(datasets[active[0].datasetIndex].points[active[0].index]);
            },
        scales: horizontal ? {x: valueAxis, y: otherAxis} : {x: otherAxis, y: valueAxis},
        plugins: {
          legend: {display: names.length > 1, position: 'bottom',
                   labels: {color: colours.text, usePointStyle: !plan.categories, boxWidth: 12, filter: item =>
                       item.datasetIndex < names.length},
                   onClick: (event, item) => {
                     const on = chart.isDatasetVisible(item.datasetIndex);
                     datasets.forEach((set, k) => {
                       if (k === item.datasetIndex || set.of === item.datasetIndex) chart.setDatasetVisibility(k, !on);
                     });
                     chart.update();
                   }},
          tooltip: {callbacks: {
            title: items => items.map(item =>
                `${plan.x || ''} ${datasets[item.datasetIndex].points[item.dataIndex].label}`.trim())[0],
            label: item => {
              const set = datasets[item.datasetIndex], point = set.points[item.dataIndex];
              return `${set.label}: ${show(set.of === undefined ? point.y : point.bound)}`;
            }}},
        },
      },
    });
  }
  // The keyboard goes where the mouse goes: left and right along a series, up and down from one to the next.
  let at = [0, -1];
  canvas.addEventListener('keydown', event => {
    const step = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]}[event.key];
    if (!step || !chart) return;
    event.preventDefault();
    const sets = plan.series.length;
    at[0] = (at[0] + step[0] + sets) % sets;
    const points = plan.series[at[0]].points;
    const forward = step[1] || 1;
    let next = Math.min(Math.max(at[1] + step[1], 0), points.length - 1);
    while (points[next] && points[next].filler) next += forward;
    if (!points[next]) next = points.findIndex(point => !point.filler);
    at[1] = next;
    const active = [{datasetIndex: at[0], index: at[1]}];
    const place = chart.getDatasetMeta(at[0]).data[at[1]];
    chart.setActiveElements(active);
    chart.tooltip.setActiveElements(active, {x: place.x, y: place.y});
    chart.update();
    pick(plan.series[at[0]].points[at[1]]);
  });
  details.addEventListener('toggle', () => { if (details.open && plan) list(); });
  const self = {
    refresh() { stale = true; if (seen) draw(); },
    show() { seen = true; if (stale) draw(); },
    chart: () => chart, pick,
  };
  figures.push(self);
  canvas.figure = self;
  // Charts are drawn when they come into view.
  if ('IntersectionObserver' in window) {
    const observer = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting)) { observer.disconnect(); self.show(); }
    }, {rootMargin: '300px'});
    observer.observe(node);
  } else {
    self.show();
  }
  return self;
}
function redraw() { for (const each of figures) each.refresh(); }
if (dark.addEventListener) dark.addEventListener('change', redraw);
addEventListener('beforeprint', () => { printing = true; for (const each of figures) each.show(); redraw(); });
addEventListener('afterprint', () => { printing = false; redraw(); });

function choice(label, values, chosen, change) {
  const select = el('select', {onchange: () => change(select.value)},
    values.map(([value, text]) => el('option', {value, selected: value === chosen}, text)));
  return el('label', {}, label, select);
}
function section(parent, title, id) {
  const node = el('section', {'aria-labelledby': id}, el('h2', {id}, title));
  parent.append(node);
  return node;
}
function contextSection(parent, context, extra) {
  const node = section(parent, 'Where the numbers come from', 'context');
  const entries = [['commit', context.commit], ['compiler', context.compiler], ['flags', context.flags],
    ...Object.entries(context.libraries), ['CPU', context.cpu], ['targets', context.targets.join(' ')],
    ['seed', context.seed], ['effort', context.effort], ...Object.entries(context.parameters),
    ...(context.input ? [['input', context.input]] : []), ...extra];
  node.append(table({caption: 'The context of the run. With it equal the numbers are equal.', short: true,
      rows: entries,
    columns: [{title: 'what', key: entry => entry[0]}, {title: 'value', key: entry => entry[1]}]}));
}
function countsText(counts) {
  return Object.entries(counts).filter(([, count]) => count > 0).map(([verdict, count]) =>
      `${count} ${verdict}`).join(', ') ||
         'nothing compared';
}

// Other people's kernels beside ours, from the published run of `validate`.
function peersFigure(parent, peers, operation, format) {
  return figure(parent, {
    title: 'Our kernel beside other people\'s',
    see: `See how far each library's largest error lies from ours: every bar is one function, judged by ` +
        `softmax-verify validate ` +
         `on the same kinds of rows (published run, commit ${peers.commit.slice(0, 7)}, ${peers.cpu}, effort ` +
         `${peers.effort}).`,
    wide: true,
    make: () => {
      const functions = peers.functions.filter(each => each.operation === operation() && each.format === format());
      functions.sort((a, b) => number(a.max_ulp) - number(b.max_ulp));
      const narrow = innerWidth < 600;  // what the library is, the function's name says as well
      const labels = functions.map(each => narrow ? each.function : `${each.library}: ${each.function}`);
      const kinds = [['Softmax Verify', each => each.library === 'Softmax Verify'],
          ['other libraries, PASSED', each => each.library !== 'Softmax Verify' && each.verdict !== 'FAILED'],
                     ['other libraries, FAILED', each => each.library !== 'Softmax Verify' &&
                         each.verdict === 'FAILED']];
      const pointsOf = is => functions.map((each, k) => ({
        label: labels[k], y: is(each) ? each.max_ulp : NaN, filler: !is(each),
        what: `${each.library}, ${each.function}: ${each.verdict}; largest error ${show(each.max_ulp)} ulp, ` +
              `${percent(each.correctly_rounded)} % correctly rounded, ${show(each.bound_ratio)} of the proved bound`,
        data: {command: each.command},
      }));
      return {of: 'kind', x: 'function', y: 'largest error in ulp', least: 0.01, categories: labels, horizontal: true,
              series: kinds.map(([name, is]) =>
                  ({name, bad: name.endsWith('FAILED'), points: pointsOf(is)})).filter(series =>
                  series.points.some(point => !point.filler)),
              nothing: `No library of the published run has ${operation()} in ${format()}.`};
    },
  });
}

// --- A page about one format ------------------------------------------------------------------------------------

function formatPage(main) {
  const record = parse('record'), peers = parse('peers');
  const column = Object.fromEntries(record.columns.map((name, index) => [name, index]));
  const get = (cell, name) => cell[column[name]];
  const operations = unique(record.cells.map(cell => get(cell, 'operation')));
  const targets = unique(record.cells.map(cell => get(cell, 'target')));
  const families = unique(record.cells.map(cell => get(cell, 'family')));
  const format = record.cells.length ? get(record.cells[0], 'format') : '';
  const kernelOf = cell => `${get(cell, 'operation')}.${get(cell, 'algorithm')}.${get(cell, 'format')}`.replace('..',
      '.');
  const state = {operation: operations[0], target: '', family: ''};

  let index = null;
  function rowOf(operation, algorithm, family, n, sample) {
    if (!index) {
      index = new Map();
      for (const row of record.rows)
        for (const each of row.algorithms) index.set([row.operation, each, row.family, row.n, row.sample].join(' '),
            row);
    }
    return index.get([operation, algorithm, family, n, sample].join(' '));
  }
  function data(kernel, operation, algorithm, target, family, n, sample, element, got, exact) {
    const row = rowOf(operation, algorithm, family, n, sample);
    return {element, got, exact, row: row ? row.row : '',
            command: row ? `softmax-verify check ${kernel} --target ${target}${row.options}` : ''};
  }
  const dataOfCell = cell => data(kernelOf(cell), get(cell, 'operation'), get(cell, 'algorithm'), get(cell, 'target'),
    get(cell, 'family'), get(cell, 'n'), get(cell, 'worst_sample'), get(cell, 'worst_element'), get(cell, 'worst_got'),
        get(cell, 'worst_exact'));
  const nameOfCell = cell => `${kernelOf(cell)} on ${get(cell, 'target')}, ${get(cell, 'family')}, n = ` +
      `${get(cell, 'n')}`;
  const algorithmOf = profile => profile.kernel.split('.')[1] && profile.kernel.split('.').length > 2
      ? profile.kernel.split('.')[1] : '';
  const chosenCells = () => record.cells.filter(cell => get(cell, 'operation') === state.operation &&
      get(cell, 'count') > 0 &&
    (!state.target || get(cell, 'target') === state.target) && (!state.family || get(cell, 'family') === state.family));
  const chosenProfiles = () => record.profiles.filter(profile => profile.kernel.split('.')[0] === state.operation &&
    (!state.target || profile.target === state.target) && (!state.family || profile.family === state.family));
  const nameOf = algorithm => algorithm || state.operation;

  const wrong = section(main, 'Is anything wrong?', 'wrong');
  const failed = record.cells.filter(cell => get(cell, 'verdict') === 'FAILED');
  const distinct = [...grouped(failed, cell =>
      [kernelOf(cell), get(cell, 'family'), get(cell, 'n')].join(' ')).values()].map(group => group[0]);
  const specialFailed = record.special.filter(each => each.verdict === 'FAILED');
  if (!distinct.length && !specialFailed.length) {
    wrong.append(el('p', {}, record.verdict === 'SKIPPED' ? 'Nothing was compared.'
        : 'Nothing failed: every error lies within what is proved for it.'));
  }
  for (const cell of distinct.slice(0, 20)) {
    wrong.append(el('article', {}, el('h3', {}, nameOfCell(cell)), witness(get(cell, 'note'), dataOfCell(cell))));
  }
  for (const each of specialFailed.slice(0, 20)) {
    wrong.append(el('article', {}, el('h3', {}, `${each.kernel} on ${each.target}`),
        el('p', {}, `special row ${each.row}: ${each.outcome}`)));
  }
  const unseen = Math.max(distinct.length - 20, 0) + Math.max(specialFailed.length - 20, 0);
  if (unseen) wrong.append(el('p', {}, `${unseen} more FAILED: filter the tables below by FAILED.`));

  // Each kernel in one line.
  const kernels = section(main, 'How accurate is each kernel?', 'kernels');
  const summaries = [...grouped(record.cells, kernelOf).entries()].map(([kernel, cells]) => {
    const total = cells.reduce((sum, cell) => sum + get(cell, 'count'), 0);
    const mean = name => cells.reduce((sum, cell) => get(cell, 'count') ? sum +
        get(cell, 'count') * number(get(cell, name)) : sum, 0) / total;
    const isPromised = cell => get(cell, 'verdict') !== 'UNCLAIMED' && get(cell, 'count') > 0;
    const promised = cells.filter(isPromised), unclaimed = cells.filter(cell => get(cell, 'verdict') === 'UNCLAIMED');
    const most = (some, name) => some.length ? get(largest(some, cell => get(cell, name)), name) : null;
    const sums = cells.map(cell => number(get(cell, 'sum_deviation_u'))).filter(value => !Number.isNaN(value));
    const counts = {};
    for (const cell of cells) counts[get(cell, 'verdict')] = (counts[get(cell, 'verdict')] || 0) + 1;
    return {kernel, total, max: most(promised, 'max_ulp'), ratio: total ? most(cells, 'bound_ratio') : null,
        unclaimed: most(unclaimed, 'max_ulp'), mean: mean('mean_ulp'),
            bias: mean('signed_mean_ulp'), correct: mean('correct'), faithful: mean('faithful'),
            sum: sums.length ? sums.reduce((a, b) => Math.max(a, b)) : null,
            inversions: cells.reduce((sum, cell) => sum + get(cell, 'inversions'), 0), counts,
                worst: largest(promised.length ? promised : cells, cell => get(cell, 'max_ulp'))};
  });
  const kernelReadout = el('div', {class: 'readout', 'aria-live': 'polite'},
      el('p', {class: 'soft'}, 'Point at a line to see the row behind its largest error.'));
  const optional = value => value === null ? NaN : value;
  kernels.append(table({
    caption: 'The worst over all targets, families and lengths where something is promised, and of what is ' +
        'unclaimed; means and shares over all results.', filter: 'Filter kernels', rows: summaries, short: true,
    pick: each => kernelReadout.replaceChildren(...witness(`${nameOfCell(each.worst)}: ` +
        `${show(get(each.worst, 'max_ulp'))} ulp`, dataOfCell(each.worst))),
    columns: [
      {title: 'kernel', key: each => each.kernel, cell: each => el('code', {}, each.kernel)},
      {title: 'max ulp', numeric: true, key: each => optional(each.max), cell: each =>
          el('button', {class: 'button', type: 'button'}, show(each.max))},
      {title: 'error / bound', numeric: true, key: each => optional(each.ratio), cell: each => show(each.ratio)},
      {title: 'unclaimed max ulp', numeric: true, key: each => optional(each.unclaimed), cell: each =>
          show(each.unclaimed)},
      {title: 'mean ulp', numeric: true, key: each => each.mean},
      {title: 'bias ulp', numeric: true, key: each => each.bias},
      {title: 'correct %', numeric: true, key: each => each.correct, cell: each => percent(each.correct)},
      {title: 'faithful %', numeric: true, key: each => each.faithful, cell: each => percent(each.faithful)},
      {title: '|sum - 1| u', numeric: true, key: each => optional(each.sum), cell: each => show(each.sum)},
      {title: 'inversions', numeric: true, key: each => each.inversions, cell: each => whole(each.inversions)},
      {title: 'results', numeric: true, key: each => each.total, cell: each => whole(each.total)},
      {title: 'cells', key: each => countsText(each.counts), cell: each =>
          el('span', {class: 'counts'}, countsText(each.counts))}],
  }), kernelReadout);

  const looks = section(main, 'Where does the error come from?', 'charts');
  const redrawAll = () => { redraw(); heat(); };
  looks.append(el('div', {class: 'controls sticky'},
    choice('Operation', operations.map(each => [each, each]), state.operation, value =>
        { state.operation = value; redrawAll(); }),
    choice('Target', [['', 'all targets'], ...targets.map(each => [each, each])], '', value =>
        { state.target = value; redrawAll(); }),
    choice('Input family', [['', 'all families'], ...families.map(each => [each, each])], '', value =>
        { state.family = value; redrawAll(); })));
  const grid = el('div', {class: 'charts'});
  looks.append(grid);

  // The largest of `value` by length: a series an algorithm.
  const byLength = (value, bound, unit) =>
      [...grouped(chosenCells(), cell => get(cell, 'algorithm')).entries()].map(([algorithm, cells]) => ({
    name: nameOf(algorithm),
    points: [...grouped(cells, cell => get(cell, 'n')).entries()].sort((a, b) => a[0] - b[0]).flatMap(([n, some]) => {
      const worst = largest(some, cell => get(cell, value));
      if (Number.isNaN(number(get(worst, value)))) return [];
      const most = largest(some, cell => get(cell, bound));
      return [{x: n, label: n, y: get(worst, value), bound: get(most, bound),
               what: `${nameOfCell(worst)}: ${show(get(worst, value))} ${unit}, at most ${show(get(most, bound))} ` +
                   `proved`, data: dataOfCell(worst)}];
    }),
  })).filter(series => series.points.length);
  figure(grid, {
    title: 'Error against the length of the row',
    see: 'See whether a line climbs with n and how far it stays below its dashed bound: what the sum of a long row ' +
        'costs, and what is provably possible.',
    make: () => ({of: 'algorithm', x: 'n', y: 'largest error in ulp', least: 0.01,
        series: byLength('max_ulp', 'bound_ulp', 'ulp')}),
  });
  const rangeOf = exponent => exponent === -Infinity ? 'below 2^-10' : exponent >= 30 ? '2^30 and more'
      : `${show(2 ** exponent)} to ${show(2 ** (exponent + 1))}`;
  // Bins of profiles: a series an algorithm.
  const byBin = (list, x, label) =>
      [...grouped(chosenProfiles(), algorithmOf).entries()].map(([algorithm, profiles]) => {
    const bins = profiles.flatMap(profile => profile[list].map(bin => ({bin, profile})));
    return {
      name: nameOf(algorithm),
      points: [...grouped(bins, each => number(each.bin[0])).entries()].sort((a, b) =>
          a[0] - b[0]).map(([edge, some]) => {
        const worst = largest(some, each => each.bin[2]), most = largest(some, each => each.bin[3]);
        return {x: x(edge), label: label(edge), y: worst.bin[2], bound: most.bin[3],
            count: some.reduce((sum, each) => sum + each.bin[1], 0),
                what: `${worst.profile.kernel} on ${worst.profile.target}, ${worst.profile.family}, n = ` +
                    `${worst.bin[4]}: ${show(worst.bin[2])} ulp, at most ${show(most.bin[3])} proved`,
                data: dataOfBin(worst.profile, worst.bin)};
      }),
    };
  }).filter(series => series.points.length);
  const dataOfBin = (profile, bin) =>
      data(profile.kernel, profile.kernel.split('.')[0], algorithmOf(profile), profile.target, profile.family,
                                           bin[4], bin[5], bin[6], bin[7], bin[8]);
  figure(grid, {
    title: 'Error against the distance from the largest logit',
    see: 'See whether errors grow with d = max z - z_i: exp magnifies the rounding of the shifted logit by d, so a ' +
        'plain exp(x - m) loses its digits to the right.',
    make: () => ({of: 'algorithm', x: 'd, in octaves', y: 'largest error in ulp', least: 0.01,
        series: byBin('distance', edge => edge === 0 ? 1 / 16 : edge, edge => edge === 0 ? 'below 0.125' : show(edge)),
                  tick: value => value === 1 / 16 ? '< 1/8' : log2Tick(value),
                  nothing: `The results of ${state.operation} do not belong to one logit each.`}),
  });
  figure(grid, {
    title: 'How errors are distributed',
    see: 'See how steeply the counts fall: everything left of 0.5 is within correct rounding, and a long tail to ' +
        'the right is a few bad results rather than a bad kernel.',
    make: () => ({of: 'algorithm', x: 'error in ulp, in octaves', y: 'results', stepped: true,
      tick: value => value === 2 ** -11 ? '< ' + power(-10) : log2Tick(value),
      series: [...grouped(chosenProfiles(), algorithmOf).entries()].map(([algorithm, profiles]) => ({
        name: nameOf(algorithm),
        points: [...grouped(profiles.flatMap(profile => profile.errors), each => each[0]).entries()].sort((a, b) =>
            number(a[0]) - number(b[0])).map(([edge, some]) => {
          const results = some.reduce((sum, each) => sum + each[1], 0);
          const range = rangeOf(number(edge));
          return {x: number(edge) === -Infinity ? 2 ** -11 : 2 ** edge, label: range, y: results,
              what: `${nameOf(algorithm)}: ${results} results with an error of ${range} ulp`};
        }),
      }))}),
  });
  figure(grid, {
    title: 'How far rows are from adding up to 1',
    see: 'See how much of its dashed bound each algorithm uses: |sum - 1| in u, half an ulp of 1; a line at its ' +
        'bound has nothing to spare.',
    make: () => ({of: 'algorithm', x: 'n', y: 'max |sum - 1| in u', least: 0.01,
        series: byLength('sum_deviation_u', 'sum_bound_u', 'u'),
                  nothing: `The results of ${state.operation} are no distributions.`}),
  });
  figure(grid, {
    title: 'Algorithms side by side',
    see: 'See what the choice of algorithm buys: its largest error, what all but one result in a thousand stay ' +
        'below, and the mean.',
    wide: true,
    make: () => {
      const groups = [...grouped(chosenCells(), cell => get(cell, 'algorithm')).entries()];
      const series = (name, value) =>
          ({name, points: groups.map(([algorithm, cells]) =>
          ({label: nameOf(algorithm), ...value(cells, algorithm)}))});
      // The upper edge of an octave: profiles hold no more.
      const quantile = (algorithm, cells) => {
        const octaves = [...grouped(chosenProfiles().filter(each => algorithmOf(each) === algorithm).flatMap(each =>
            each.errors), each => each[0]).entries()]
          .map(([edge, some]) => [number(edge), some.reduce((sum, each) => sum + each[1], 0)]).sort((a, b) =>
              a[0] - b[0]);
        const total = octaves.reduce((sum, each) => sum + each[1], 0),
            most = number(get(largest(cells, cell => get(cell, 'max_ulp')), 'max_ulp'));
        let seen = 0;
        const [edge] = octaves.find(each => (seen += each[1]) >= 0.999 * total);
        const y = Math.min(edge === -Infinity ? 2 ** -10 : edge >= 30 ? Infinity : 2 ** (edge + 1), most);
        return {y, what: `${kernelOf(cells[0])}: 99.9 % of ${total} results have an error of ${show(y)} ulp at most`};
      };
      const top = field => cells => {
        const worst = largest(cells, cell => get(cell, field));
        return {y: get(worst, field), what: `${nameOfCell(worst)}: ${show(get(worst, field))} ulp`,
            data: dataOfCell(worst)};
      };
      return {of: 'measure', x: 'algorithm', y: 'ulp', least: 0.01,
          categories: groups.map(([algorithm]) => nameOf(algorithm)), series: [
        series('largest', top('max_ulp')),
            series('99.9 % of all results stay below', (cells, algorithm) => quantile(algorithm, cells)),
        series('mean', cells => {
          const total = cells.reduce((sum, cell) => sum + get(cell, 'count'), 0);
          const y = cells.reduce((sum, cell) => sum + get(cell, 'count') * number(get(cell, 'mean_ulp')), 0) / total;
          return {y, what: `${kernelOf(cells[0])}: ${show(y)} ulp on average over ${total} results`};
        })]};
    },
  });
  peersFigure(grid, peers, () => state.operation, () => format);

  // Heat map.
  const heatNode = el('figure', {class: 'wide', 'aria-labelledby': 'heat'});
  grid.append(heatNode);
  let heatKernel = null;
  function heat() {
    const profiles = chosenProfiles();
    const names = unique(profiles.map(profile => profile.kernel));
    if (!names.includes(heatKernel)) heatKernel = names.find(name => name.includes('.three_pass.')) || names[0];
    const mine = profiles.filter(profile => profile.kernel === heatKernel);
    const edges = unique(mine.flatMap(profile => profile.magnitude.map(bin => number(bin[0])))).sort((a, b) => a - b);
    const label = edge => {
      if (edge === -Infinity) return '0';
      if (edge === -4095) return '< ' + power(-2047);
      const last = edge < 0 ? (edge - 1) / 2 : 2 * edge - 1;
      return edge === last || edge === 0 || edge === 1 ? power(edge) : `${power(edge)}…${power(last)}`;
    };
    const values = mine.flatMap(profile => profile.magnitude.map(bin => number(bin[2]))).filter(v =>
        Number.isFinite(v) && v > 0);
    const low = Math.log(0.25), high = Math.log(Math.max(...values, 1));  // white up to a quarter of an ulp
    const readout = el('div', {class: 'readout', 'aria-live': 'polite'},
        el('p', {class: 'soft'}, 'Point at a field, or go to it with Tab, to see the row behind it.'));
    const cellOf = (family, edge) => {
      const some = mine.filter(profile => profile.family === family).flatMap(profile =>
          profile.magnitude.filter(bin => number(bin[0]) === edge).map(bin => ({bin, profile})));
      if (!some.length) return el('td', {class: 'right'},
          el('span', {style: 'padding: .35rem .5rem; display: inline-block'}, EMPTY));
      const worst = largest(some, each => each.bin[2]), value = number(worst.bin[2]);
      const depth = value === 0 ? 0 : Number.isFinite(value) ? (Math.log(value) - low) / (high - low || 1) : 1;
      const pick = () => readout.replaceChildren(...witness(`${heatKernel} on ${worst.profile.target}, ${family}, n ` +
          `= ${worst.bin[4]}: ${show(worst.bin[2])} ulp, at most ${show(worst.bin[3])} proved`,
                                                            dataOfBin(worst.profile, worst.bin)));
      return el('td', {style: `background: rgba(var(--heat), calc(${Math.min(Math.max(depth, 0), 1).toFixed(3)} * ` +
          `var(--heat-most))); color: var(--heat-text)`},
                el('button', {type: 'button', onmouseenter: pick, onfocus: pick, onclick: pick}, show(worst.bin[2])));
    };
    const here = unique(mine.map(profile => profile.family));
    heatNode.replaceChildren(el('h3', {id: 'heat'}, 'Error by size of the result and input family'),
      el('p', {}, 'See which fields are dark: columns are results by size, from the smallest to the largest, and a ' +
          'dark column at the left says that the error sits in the far tail.'),
      el('div', {class: 'controls'}, choice('Kernel', names.map(name => [name, name]), heatKernel, value =>
          { heatKernel = value; heat(); })),
      el('div', {class: 'scroll', tabindex: 0, role: 'region',
          'aria-label': 'Error by size of the result and input family'},
        el('table', {class: 'heat'}, el('caption', {},
            el('span', {}, `Largest error of ${heatKernel} in ulp; ${EMPTY}: no such result`)),
          el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'family'),
              edges.map(edge => el('th', {scope: 'col', class: 'right'}, label(edge))))),
          el('tbody', {}, here.map(family =>
              el('tr', {}, el('th', {scope: 'row'}, family), edges.map(edge => cellOf(family, edge))))))),
      readout);
  }
  heat();

  // Special rows, all cells, coverage.
  if (record.special.length) {
    const special = section(main, 'Special rows', 'special');
    special.append(table({caption: 'What came out for NaN, infinities, equal and huge logits; a kernel fails only ' +
        'against its own contract.',
      filter: 'Filter special rows', rows: record.special, first: 20, columns: [
        {title: 'kernel', key: each => each.kernel, cell: each => el('code', {}, each.kernel)},
            {title: 'target', key: each => each.target},
        {title: 'row', key: each => each.row},
            {title: 'results', key: each => each.outcome, cell: each => each.outcome},
        {title: 'verdict', key: each => each.verdict, cell: each => badge(each.verdict)}]}));
  }
  const all = section(main, 'Every cell', 'cells');
  const cellReadout = el('div', {class: 'readout', 'aria-live': 'polite'},
      el('p', {class: 'soft'}, 'Point at a line, or go to its button, to see the row behind its largest error.'));
  const plain = (name, title, text = show) =>
      ({title: title || name, numeric: true, key: cell => get(cell, name), text});
  all.append(cellReadout, table({
    caption: 'One line a kernel, target, family and length.',
        filter: 'Filter cells: words like online AVX2 normal_1 FAILED', rows: record.cells, first: 50,
    pick: cell => cellReadout.replaceChildren(...witness(`${nameOfCell(cell)}: ${show(get(cell, 'max_ulp'))} ulp` +
                                                         (get(cell, 'note') ? `; ${get(cell, 'note')}` : ''),
                                                             get(cell, 'count') ? dataOfCell(cell) : null)),
    columns: [{title: 'kernel', key: kernelOf, cell: cell =>
        el('button', {class: 'button', type: 'button'}, kernelOf(cell))},
      {title: 'target', key: cell => get(cell, 'target')}, {title: 'family', key: cell => get(cell, 'family')},
          plain('n'),
      {title: 'verdict', key: cell => get(cell, 'verdict'), cell: cell => badge(get(cell, 'verdict'))},
      plain('max_ulp', 'max ulp'), plain('bound_ulp', 'bound ulp'), plain('bound_ratio', 'error / bound'),
          plain('p99_ulp', 'p99 ulp'),
      plain('mean_ulp', 'mean ulp'), {title: 'correct %', numeric: true, key: cell => get(cell, 'correct'),
          cell: cell => percent(get(cell, 'correct'))},
      plain('sum_deviation_u', '|sum - 1| u'), plain('inversions', 'inversions', whole),
          plain('count', 'results', whole)].map(each => each.cell || !each.numeric ? each
        : {...each, cell: cell => get(cell, 'count') ? each.text(each.key(cell)) : EMPTY}),
  }));
  const coverage = section(main, 'What the sampling is worth', 'coverage');
  coverage.append(table({caption: 'Failing share: the 95 % upper bound (Clopper and Pearson) on failing rows among ' +
      'claimed rows drawn like these.',
    filter: 'Filter kernels', rows: record.coverage, first: 20, columns: [
      {title: 'kernel', key: each => each.kernel, cell: each => el('code', {}, each.kernel)},
          {title: 'target', key: each => each.target},
      ...['rows', 'samples', 'vacuous', 'unclaimed_rows', 'failed_rows', 'failure_rate_95'].map(name =>
        ({title: {samples: 'results', failure_rate_95: 'failing share <'}[name] || name.replace('_', ' '),
            numeric: true, key: each => each[name],
          cell: each => (name === 'failure_rate_95' ? show : whole)(each[name])})),
      {title: 'exhaustive', key: each => each.exhaustive ? 'yes' : 'no'}]}));
  contextSection(main, record.context, [
    ...record.input.map(each => ['rounded logits',
        `${each.changed} of ${each.values} values rounded to ${each.format}`]),
    ...record.reference.map(each => [`reference, ${each.bits} bits`, `${each.elements} results`])]);
}

// --- The overview -----------------------------------------------------------------------------------------------

function overviewPage(main) {
  const overview = parse('record'), peers = parse('peers');
  const nameOf = each => `${each.kernel} on ${each.worst.target}, ${each.worst.family}, n = ${each.worst.n}`;

  const wrong = section(main, 'Is anything wrong?', 'wrong');
  wrong.append(el('p', {}, overview.verdict === 'SKIPPED' ? 'Nothing was compared.'
    : overview.failures.length ? `Yes: ${overview.failures.length} kernels, families and lengths or special rows ` +
        `broke what is proved or promised.`
                               : `No: nothing lies outside its proved bound (${countsText(overview.verdicts)}).`));
  for (const each of overview.failures.slice(0, 20)) {
    wrong.append(el('article', {}, el('h3', {}, each.name), witness(each.what, each)));
  }
  if (overview.failures.length > 20) wrong.append(el('p', {},
      `${overview.failures.length - 20} more are on the pages of the formats.`));
  const other = ['MISTRUSTED', 'UNCLAIMED', 'SKIPPED'].filter(verdict => overview.verdicts[verdict] > 0);
  const meaning = {MISTRUSTED: 'less than one telling result in two rows', UNCLAIMED: 'measured, nothing promised',
      SKIPPED: 'nothing compared'};
  if (other.length) wrong.append(el('p', {class: 'soft'},
      other.map(verdict => `${verdict}: ${meaning[verdict]}`).join('. ') + '.'));

  const accurate = section(main, 'How accurate is each kernel?', 'kernels');
  const stem = kernel => kernel.operation + (kernel.algorithm ? '.' + kernel.algorithm : '');
  const rows = [...grouped(overview.kernels, stem).entries()].map(([name, kernels]) =>
      ({name, by: Object.fromEntries(kernels.map(each => [each.format, each]))}));
  const readout = el('div', {class: 'readout', 'aria-live': 'polite'},
      el('p', {class: 'soft'}, 'Point at a number, or go to it with Tab, to see the row behind it.'));
  accurate.append(el('p', {}, 'Largest error in ulp of the format where something is promised, and the share of ' +
      'correctly rounded results. 0.5 ulp is correct rounding. In brackets the largest error of rows for which ' +
      'nothing is promised, where it is larger.'),
    table({caption: 'One line a kernel.', filter: 'Filter kernels', rows, short: true, columns: [
      {title: 'kernel', key: row => row.name, cell: row => el('code', {}, row.name)},
      ...overview.formats.map(format =>
          ({title: format, numeric: true, key: row => row.by[format] && row.by[format].max_ulp !== null
          ? row.by[format].max_ulp : NaN, cell: row => {
        const each = row.by[format];
        if (!each || !each.worst) return EMPTY;
        const pick = () => readout.replaceChildren(...witness(
            `${nameOf(each)}: ${show(each.max_ulp)} ulp, ${show(each.bound_ratio)} of its bound at most`, each.worst));
        return el('span', {}, el('button',
            {class: 'button', type: 'button', onmouseenter: pick, onfocus: pick, onclick: pick}, show(each.max_ulp)),
                  ' ', el('span', {class: 'soft'}, percent(each.correct) + ' %' +
                    (each.unclaimed_max_ulp !== null && !(number(each.unclaimed_max_ulp) <= number(each.max_ulp || 0))
                        ? ` (${show(each.unclaimed_max_ulp)})` : '')),
                  ...(each.verdict === 'PASSED' ? [] : [' ', badge(each.verdict)]));
      }}))]}), readout);

  const worst = section(main, 'Which inputs are the worst?', 'worst');
  const familyReadout = el('div', {class: 'readout', 'aria-live': 'polite'},
      el('p', {class: 'soft'}, 'Point at a line to see the row.'));
  worst.append(el('p', {}, 'By family of rows and format, the largest error of a kernel that promises something for ' +
      'them.'),
    table({caption: 'One line a family and format.', filter: 'Filter families, kernels and formats',
        rows: overview.families, first: 25, sorted: 2,
      pick: each => familyReadout.replaceChildren(...witness(`${nameOf(each)}: ${show(each.max_ulp)} ulp, ` +
          `${show(each.bound_ratio)} of its bound`, each.worst)),
      columns: [{title: 'family', key: each => each.family, cell: each => el('code', {}, each.family)},
        {title: 'format', key: each => each.format}, {title: 'max ulp', numeric: true, key: each => each.max_ulp,
         cell: each => el('button', {class: 'button', type: 'button'}, show(each.max_ulp))},
        {title: 'error / bound', numeric: true, key: each => each.bound_ratio},
        {title: 'n', numeric: true, key: each => each.worst.n},
        {title: 'kernel', key: each => each.kernel, cell: each => el('code', {class: 'whole'}, each.kernel)},
        {title: 'rows', key: each => each.description, cell: each => el('span', {class: 'prose'}, each.description)}]}),
    familyReadout);

  const looks = section(main, 'What does a format cost?', 'charts');
  const operations = unique(overview.kernels.map(each => each.operation));
  const state = {operation: operations[0], algorithm: null, format: overview.formats[0]};
  const algorithms = () => unique(overview.kernels.filter(each => each.operation === state.operation).map(each =>
      each.algorithm));
  const controls = el('div', {class: 'controls sticky'});
  function choose() {
    if (!algorithms().includes(state.algorithm)) state.algorithm = algorithms().includes('three_pass') ? 'three_pass'
        : algorithms()[0];
    const set = (field, label, values) =>
        choice(label, values.map(each => [each, each || state.operation]), state[field], value =>
        { state[field] = value; choose(); redraw(); });
    controls.replaceChildren(set('operation', 'Operation', operations), set('algorithm', 'Algorithm', algorithms()),
        set('format', 'Format, of other people\'s kernels', overview.formats));
  }
  choose();
  const grid = el('div', {class: 'charts'});
  looks.append(controls, grid);
  const relative = (format, ulp) => typeof ulp === 'string' ? ulp : ulp * 2 ** (1 - overview.precision[format]);
  figure(grid, {
    title: 'Formats side by side',
    see: 'See what fewer bits cost here: the largest error as a share of the result, 2^(1-p) for each ulp; the ' +
        'dashed line is what is proved at most.',
    make: () => ({of: 'format', x: 'n', y: 'largest error, of the result',
        series: overview.kernels.filter(each => each.operation === state.operation &&
        each.algorithm === state.algorithm).map(each => ({
      name: each.format,
      points: each.lengths.map(([n, ulp, bound]) =>
          ({x: n, label: n, y: relative(each.format, ulp), bound: relative(each.format, bound),
        what: `${each.kernel}, n = ${n}: ${show(ulp)} ulp, ${show(relative(each.format, ulp))} of the result; at ` +
            `most ${show(bound)} ulp proved. The largest over all n:`, data: each.worst})),
    }))}),
  });
  figure(grid, {
    title: 'Algorithms side by side',
    see: 'See which algorithm holds its digits in which format: the largest error in ulp of the format, where ' +
        'something is promised.',
    make: () => ({of: 'format', x: 'algorithm', y: 'largest error in ulp', least: 0.01,
        categories: algorithms().map(each => each || state.operation),
      series: overview.formats.map(format => ({name: format, points: algorithms().map(algorithm => {
        const each = overview.kernels.find(kernel => kernel.operation === state.operation &&
            kernel.algorithm === algorithm && kernel.format === format);
        return each && each.worst ? {label: algorithm || state.operation, y: each.max_ulp === null
            ? each.unclaimed_max_ulp : each.max_ulp, what: `${nameOf(each)}: ${show(each.max_ulp)} ulp`,
            data: each.worst}
                    : {label: algorithm, y: NaN, what: `${algorithm} has no ${format} kernel`};
      })}))}),
  });
  peersFigure(grid, peers, () => state.operation, () => state.format);
  contextSection(main, overview.context, []);
}

// --- Begin ------------------------------------------------------------------------------------------------------

const pages = {format: formatPage, overview: overviewPage};
const main = document.querySelector('main');
const page = pages[document.body.dataset.page];
if (page) page(main); else document.querySelectorAll('table:not(.row)').forEach(enhance);
document.body.dataset.ready = 'yes';
})();
