// Runs before anything is drawn: the theme the user chose, so that nothing flashes.
try {
  const theme = localStorage.getItem("stork-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch (error) {
  // no storage: the system's theme
}
