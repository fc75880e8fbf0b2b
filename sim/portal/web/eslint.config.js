import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist", "node_modules", "look"] },
  ...ts.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      "@typescript-eslint/consistent-type-imports": "error",
      "max-lines": ["error", 400],
      "no-eval": "error",
      "no-restricted-syntax": ["error", {
        // Every other text is text. What is markup goes through one place, which cleans it.
        selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
        message: "markup is drawn by src/components/markup alone",
      }],
    },
  },
  { files: ["src/components/markup.tsx"], rules: { "no-restricted-syntax": "off" } },
);
