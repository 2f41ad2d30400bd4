// On a phone the conditions of a list are folded: what the page is about comes first. Their number stands beside.
const fold = document.querySelector(".filter-fold");
if (fold && matchMedia("(max-width: 760px)").matches) fold.open = false;
