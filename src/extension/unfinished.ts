/** In the workspace's state: true while a run is at work here, also after a crash of the window. */
export const UNFINISHED = 'unfinished';
