/**
 * What each thing a run does is worth (DESIGN section 3). The discounted sum tells how a task is going lately: it is shown
 * on the dashboard, and a task whose sum falls too low counts as stuck.
 */
import type { RewardReason } from './task.ts';

export const REWARDS: Readonly<Record<RewardReason, number>> = {
  checkPassed: 1,
  taskDone: 5,
  checkFailed: -1,
  repeated: -0.5,
  taskFailed: -5,
};

/** How much of the earlier sum is left when another reward is given. */
export const REWARD_GAMMA = 0.9;

/** The sum after one more reward: sum * gamma + amount. */
export const discounted = (worth: number, amount: number): number => worth * REWARD_GAMMA + amount;
