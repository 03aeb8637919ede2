/** Commands beyond the case file. Those that only look are also run for real (shell/effects.test.ts). */

/** In a repository with README.md, package.json and src. */
export const ONLY_LOOK: readonly string[] = [
  ...['id', 'hostname', 'uptime', 'type node', 'command -v node git', 'python3 -V', 'make --version', ':'],
  ...['[ -f README.md ]', '[ ! -d missing ] && echo none', 'test -f README.md || echo none'],
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
  // The shell and a grammar, or a table and a program, see different things in these.
  ...['LC_ALL=C=$(touch x) ls', '[ a = b ]#; touch x', "cat <<'E\\F'\nhello\nE\\F\ntouch x\nEF", 'sed -n 1,5p *.md'],
  ...['echo x >/home/u/.bashrc /dev/null', 'git log --pretty --output=F', 'git log --color --output=F'],
  ...[
    'git diff -U --output=F',
    'git log --abbrev --output=F',
    'uniq log*.txt',
    'find * -name x',
    'grep $ F',
    'grep == F',
  ],
  ...['grep --color x .env', 'diff --color .env a', 'git diff /dev/null /etc/../etc/x', 'git diff /dev/null .env'],
  ...['git show HEAD:.env', 'git show HEAD:sub/.env', 'jq env', 'jq -r env a.json', 'jq \'import "a" as x; x\' a'],
  ...['ls a\n\\touch Z', 'ls ==\ntouch Z', 'echo a =~\ntouch Z', 'ls = \ntouch x', 'echo x 2>&1$', 'cat !>&cat 1'],
  ...[
    'echo x >&out 1',
    'tree -Lo 2 out.txt',
    'cat .?scode/settings.json',
    'cat .en?.local',
    'cat .*rc.json',
    'cat s?c/*.ts',
  ],
  ...[
    "cat <<'A'\nx\nA\ntouch x",
    "cat <<'A'\nA\ntouch x\nA",
    'cat <<A\n$(id)\nA',
    'git show HEAD:../x',
    'git blame .env',
  ],
  ...[
    '[ "a" = "b" ]',
    '[ a != b ]',
    'ls \\\ntouch x #',
    'echo a#b\\c; ls x#; rm y',
    'head -n --x a',
    'git log -p .env',
  ],
  ...['ls;grep x ``\nsh x.sh``', "sort a ``'-o' b", 'grep x ``/etc/passwd', 'grep \\  /etc/passwd', 'grep \\  .env'],
  ...[
    'cat a/link/../../secret.txt',

    'grep -R x .',
    'rg -L x',
    'diff -r a b',
    'git show --oneline',
  ],
  ...['git show -- a:b', 'git diff --stat -p', 'sort a >/dev/null -o f /dev/null', 'jq -r $ENV a.json', 'rg -g * foo'],
];
