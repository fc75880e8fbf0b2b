import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Everything is served from the page's own origin: no inlined assets beside images, no module preload script in the page.
export default defineConfig({
  plugins: [react()],
  base: "/",
  build: {
    outDir: "dist",
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
});
