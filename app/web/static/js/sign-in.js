// Demo only: picking an account fills the form.
for (const button of document.querySelectorAll("button[data-login]")) {
  button.addEventListener("click", () => {
    document.querySelector('input[name="login"]').value = button.dataset.login;
    document.querySelector('input[name="password"]').value = "oneset-demo";
    document.querySelector("form.card button.primary").focus();
  });
}
