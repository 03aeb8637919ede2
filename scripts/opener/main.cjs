/** Only for `npm start`: the window opens on Goalwright's view, where the first run begins. */
const { commands } = require('vscode');

exports.activate = () => commands.executeCommand('goalwright.panel.focus');
