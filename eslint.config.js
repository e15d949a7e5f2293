import neostandard from 'neostandard'
import tseslint from 'typescript-eslint'

// One style for all, and the typed rules that catch what a type checker lets through:
// a promise nobody waits for is a write that may never happen.
export default [
  ...neostandard({ ts: true, ignores: ['node_modules', '.tap', 'docs', 'data'] }),
  {
    files: ['**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'no-void': ['error', { allowAsStatement: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/consistent-type-imports': 'error'
    }
  }
]
