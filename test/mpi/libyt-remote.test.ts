/** libyt's data of other ranks: what fails on one rank, or never comes, is told to all, and nobody hangs. */
import { describeFetching } from '../support/libyt-uneven';

describe.each([3, 4])('fetching with %i ranks', (ranks) => describeFetching(ranks));
