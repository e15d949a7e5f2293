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
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...['ObjectExpression', 'ArrayExpression'].flatMap(pattern => ['ArrayExpression[elements.length=0]', 'ObjectExpression[properties.length=0]'].map(empty => ({
        selector: `CallExpression[callee.property.name='match'] > ${pattern}.arguments ${empty}`,
        message: 'As a pattern this matches any array or object: { length: 0 } matches an empty list, and t.strictSame all of it.'
      })))]
    }
  }
]
