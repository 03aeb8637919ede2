/** Commands beyond the case file. Those that only look are also run for real (shell/effects.test.ts). */

/** In a repository with README.md, package.json and src. */
export const ONLY_LOOK: readonly string[] = [
  ...['id', 'hostname', 'uptime', 'type node', 'command -v node git', 'python3 -V', 'make --version', ':'],
  ...['[ -f README.md ]', '[ ! -d missing ] && echo none', 'test -f README.md || echo none', '[ "a" = "b" ]'],
  ...["printf '%s\\n' one two", '! grep -q absent README.md', 'echo *', 'ls *', 'ls -la -- *', 'sort --version'],
  ...[
    'paste README.md package.json',
    'column -t README.md',
    'expand README.md',
    'fmt -w 60 README.md',
    'cksum README.md',
  ],
  ...['git status -uno', 'git status --porcelain -uall', 'git stash list', 'git worktree list', 'git reflog -n 3'],
  ...[
    'git show-ref --heads',
    "git for-each-ref --format='%(refname)'",
    'git symbolic-ref HEAD',
    'git merge-base HEAD HEAD',
  ],
  ...['git check-ignore -v node_modules', 'git count-objects -v', 'git log --oneline | head -3', 'git branch -a'],
];

/** Near to those, and more than a look, or not for certain. */
export const MORE_THAN_LOOK: readonly string[] = [
  // Both read a program from what comes in.
  ...['python3 -v', 'echo x | python3 -v', 'bash -v', 'echo x | bash -v', 'bash -c --version', 'node --', 'ruby -v x'],
  // What the work tree names may run in their place.
  ...['cargo --version', 'rustc --version', 'yarn --version', 'pnpm --version', 'dotnet --version', 'mvn --version'],
  // Evaluated as expressions, some with commands in them.
  ...[
    "test -v 'a[$(id)]'",
    "[ -v 'a[x]' ]",
    "[ 'a[x]' -eq 1 ]",
    'test -f *',
    '[[ -v a ]]',
    "printf '%d' 'a[x]'",
    'printf *',
  ],
  ...['[ -f a -o -f b ]', '[ a = $(id) ]', '[ -n "$(id)" ]', '[ -f a ] > x', "printf -v x '%s' y", '! rm a', '! tee a'],
  ...['command node', 'command -p ls', 'command rm a', 'type ls; rm a', ': > a', 'hostname other', 'hostname -F a'],
  // In a form in which a secret is not recognised.
  ...['base64 README.md', 'xxd README.md', 'od -c README.md', 'rev README.md', 'xxd -r a b', 'xxd -ps a b'],
  ...[
    'git stash',
    'git stash pop',
    'git stash drop',
    'git worktree add ../x',
    'git worktree prune',
    'git reflog expire',
  ],
  ...['git reflog delete x', 'git symbolic-ref HEAD refs/heads/x', 'git symbolic-ref -d X', 'git remote set-url o x'],
  ...['git show-ref --exclude-existing', 'git update-ref HEAD x', 'git log stash@{0} -p', 'git stash list -p'],
];
