// SPDX-License-Identifier: BSD-3-Clause
// Filters, folding, and the evidence behind a cell. The tables are there without it.
(function () {
	"use strict";

	const data = JSON.parse(document.getElementById("data").textContent);
	const $ = (id) => document.getElementById(id);
	const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
	const text = (index) => data.strings[index];
	const CASE = 0, STATE = 1, MS = 2, MESSAGE = 3, REASON = 4; // of a test in a cell
	const ASKED = 0, ERRNO = 1, VERDICT = 2, WHY = 3; // of a feature in a cell
	const PASS = 1, UNEXPLAINED = 4;

	document.documentElement.classList.add("script");

	// --- what is in a cell ---------------------------------------------------------------------

	const worst = (cell) => cell ? Math.max(...cell.map((one) => one[STATE])) : 0;

	function differs(values) {
		return new Set(values.filter((value) => value !== null)).size > 1;
	}

	// What a kernel's results do not have is no difference: not every test is for every architecture.
	const testValue = (cell) => cell ? worst(cell) : null;

	// --- filters -------------------------------------------------------------------------------

	const columns = document.head.appendChild(document.createElement("style"));
	const opened = new Set(); // families, by name

	function shownKernels() {
		const arches = new Set(all("[name=arch]:checked").map((box) => box.value));
		return data.kernels.map((kernel, k) => k).filter((k) => arches.has(data.kernels[k].arch));
	}

	function hideColumns(shown) {
		const rules = data.kernels.map((kernel, k) => k).filter((k) => !shown.includes(k))
			.map((k) => "table.matrix tr > :nth-child(" + (k + 2) + ") { display: none; }");
		columns.textContent = rules.join("\n");
		all("#kernels tbody tr").forEach((row, k) => { row.hidden = !shown.includes(k); });
	}

	function filterFeatures(wanted) {
		let count = 0;
		all("#features tbody tr").forEach((row, index) => {
			const feature = data.features[index];
			const different = differs(wanted.kernels.map((k) => feature.cells[k] ? feature.cells[k][VERDICT] : null));
			const group = !wanted.group || wanted.group === "feature:" + feature.group;
			const found = (feature.id + " " + feature.group + " " + feature.method).toLowerCase().includes(wanted.text);
			row.hidden = !(group && found && (different || !wanted.different));
			count += !row.hidden;
		});
		return count;
	}

	function filterFamily(body, wanted) {
		const family = body.dataset.family;
		const open = opened.has(family) || wanted.text !== "";
		let count = 0;
		const group = !wanted.group || wanted.group === "family:" + family;
		all("tr[data-row]", body).forEach((tr) => {
			const row = data.rows[tr.dataset.row];
			const values = wanted.kernels.map((k) => testValue(row.cells[k]));
			const different = differs(values);
			const found = (family + " " + row.name + " " + row.doc).toLowerCase().includes(wanted.text);
			const matches = group && found && (different || !wanted.different);
			tr.hidden = !matches || !(open || different || values.some((value) => value > PASS));
			count += matches;
		});
		body.hidden = !count;
		body.querySelector("button").setAttribute("aria-expanded", String(open));
		return count;
	}

	function applyFilters() {
		const wanted = {
			kernels: shownKernels(),
			group: $("group").value,
			text: $("search").value.trim().toLowerCase(),
			different: $("different").checked,
		};
		hideColumns(wanted.kernels);
		const features = filterFeatures(wanted);
		const rows = all("#behaviours tbody, #fixes tbody").reduce((sum, body) => sum + filterFamily(body, wanted), 0);
		$("count").textContent = wanted.kernels.length + " kernels, " + features + " features, " + rows + " behaviours match";
	}

	// --- evidence ------------------------------------------------------------------------------

	function element(name, content, className) {
		const made = document.createElement(name);
		if (className)
			made.className = className;
		if (content !== undefined)
			made.textContent = content;
		return made;
	}

	function facts(pairs) {
		const list = element("dl");
		pairs.filter((pair) => pair[1] !== undefined && pair[1] !== null && pair[1] !== "").forEach((pair) => {
			list.append(element("dt", pair[0]));
			const value = element("dd");
			value.append(pair[1]);
			list.append(value);
		});
		return list;
	}

	const badge = (state) => element("span", data.states[state][0] || "none", "badge s" + state);

	function show(title, parts) {
		const dialog = $("evidence");
		$("evidence-title").textContent = title;
		$("evidence-body").replaceChildren(...parts);
		if (!dialog.open)
			dialog.showModal();
		dialog.scrollTop = 0;
	}

	function showFeature(index, k) {
		const feature = data.features[index], cell = feature.cells[k], kernel = data.kernels[k];
		const parts = [];
		if (cell)
			parts.push(facts([
				["verdict", element("span", data.verdicts[cell[VERDICT]], "badge v" + cell[VERDICT])],
				["why", text(cell[WHY])],
				["asked", text(cell[ASKED])],
				["errno", text(cell[ERRNO])],
				["method", feature.method],
				["since", feature.since],
				["group", feature.group],
			]));
		else
			parts.push(element("p", "This kernel's results do not have it."));
		const own = data.rows.find((row) => row.family === "features" && row.name === feature.id);
		if (own && own.cells[k]) {
			const list = element("ul");
			own.cells[k].forEach((one) => list.append(caseItem(one)));
			parts.push(element("h3", "As each ABI has it"), list);
		}
		const covering = data.rows.filter((row) => (" " + row.covers + " ").includes(" " + feature.id + " ") && row.cells[k]);
		if (covering.length) {
			parts.push(element("h3", "Tests that cover it"));
			const list = element("ul");
			covering.forEach((row) => {
				const item = element("li");
				item.append(badge(worst(row.cells[k])), " " + row.family + "." + row.name);
				list.append(item);
			});
			parts.push(list);
		}
		parts.push(element("h3", "Kernel"), facts(kernel.facts));
		show(feature.id + " on " + kernel.name, parts);
	}

	function caseItem(one) {
		const item = element("li");
		item.append(badge(one[STATE]), " " + text(one[CASE]) + " ");
		if (one[MS])
			item.append(element("small", (one[MS] / 1000) + " s"));
		if (text(one[MESSAGE]))
			item.append(element("br"), text(one[MESSAGE]));
		if (one.length > REASON)
			item.append(element("br"), "Known: " + text(one[REASON]));
		return item;
	}

	function showTest(index, k) {
		const row = data.rows[index], cell = row.cells[k], kernel = data.kernels[k];
		const list = element("ul");
		(cell || []).forEach((one) => list.append(caseItem(one)));
		show(row.family + "." + row.name + " on " + kernel.name, [
			element("p", row.doc),
			cell ? list : element("p", "This kernel's results do not have it.", "faint"),
			facts([["needs", row.needs], ["covers", row.covers]]),
			element("h3", "Kernel"), facts(kernel.facts),
		]);
	}

	function showKernel(k) {
		const kernel = data.kernels[k];
		const parts = [facts(kernel.facts)];
		const list = element("ul");
		data.rows.forEach((row) => (row.cells[k] || []).filter((one) => one[STATE] >= UNEXPLAINED).forEach((one) => {
			const item = caseItem(one);
			item.prepend(row.family + "." + row.name + ": ");
			list.append(item);
		}));
		if (list.children.length)
			parts.push(element("h3", "What wants explaining"), list);
		if (kernel.console)
			parts.push(element("h3", "The console's last lines"), element("pre", kernel.console));
		show(kernel.name, parts);
	}

	function showFamily(body, k) {
		const family = body.dataset.family;
		const list = element("ul");
		const rows = all("tr[data-row]", body).map((tr) => data.rows[tr.dataset.row]);
		rows.sort((a, b) => worst(b.cells[k]) - worst(a.cells[k])).forEach((row) => {
			const item = element("li");
			item.append(badge(worst(row.cells[k])), " " + row.name);
			list.append(item);
		});
		show(family + " on " + data.kernels[k].name, [list]);
	}

	function showCell(td) {
		const tr = td.parentElement, k = td.cellIndex - 1;
		if (tr.classList.contains("family"))
			showFamily(tr.parentElement, k);
		else if (tr.dataset.row !== undefined)
			showTest(Number(tr.dataset.row), k);
		else
			showFeature(tr.rowIndex - 1, k);
	}

	// --- by keyboard: one cell of a table is in the tab order, arrows move from there --------------

	function focusCell(table, td) {
		all("td[tabindex='0']", table).forEach((other) => { other.tabIndex = -1; });
		td.tabIndex = 0;
		td.focus();
	}

	// The next cell that is shown; undefined at the edge.
	function neighbour(td, down, right) {
		const visible = (one) => one.offsetParent !== null;
		if (right) {
			let next = td;
			do
				next = right > 0 ? next.nextElementSibling : next.previousElementSibling;
			while (next && (next.tagName !== "TD" || !visible(next)));
			return next;
		}
		const rows = all("tbody tr", td.closest("table")).filter(visible);
		const next = rows[rows.indexOf(td.parentElement) + down];
		return next && next.cells[td.cellIndex];
	}

	function onKey(event) {
		const td = event.target.closest("td.cell");
		const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
		if (!td)
			return;
		if (event.key === "Enter" || event.key === " ") {
			event.preventDefault();
			showCell(td);
		} else if (moves[event.key]) {
			const next = neighbour(td, moves[event.key][0], moves[event.key][1]);
			event.preventDefault();
			if (next)
				focusCell(event.currentTarget, next);
		}
	}

	all("table.matrix").forEach((table) => {
		const first = table.querySelector("td.cell");
		if (first)
			first.tabIndex = 0;
		table.addEventListener("keydown", onKey);
		table.addEventListener("click", (event) => {
			const td = event.target.closest("td.cell");
			if (td) {
				focusCell(table, td);
				showCell(td);
			}
		});
	});
	all("[data-kernel]").forEach((button) => button.addEventListener("click", () => showKernel(Number(button.dataset.kernel))));
	all("tr.family button").forEach((button) => button.addEventListener("click", () => {
		const family = button.closest("tbody").dataset.family;
		if (!opened.delete(family))
			opened.add(family);
		applyFilters();
	}));
	$("evidence-close").addEventListener("click", () => $("evidence").close());
	$("evidence").addEventListener("click", (event) => {
		if (event.target === event.currentTarget)
			event.currentTarget.close();
	});
	$("filters").addEventListener("input", applyFilters);
	$("filters").addEventListener("submit", (event) => event.preventDefault());
	$("filters").reset();
	applyFilters();
})();
