// Recovery codes are printed from the page on which they stand once.
document.querySelector("[data-print]").addEventListener("click", () => window.print());
