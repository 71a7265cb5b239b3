// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Training} from "../Training.sol";
import {Jury} from "../Jury.sol";
import {TrainingJob} from "./TrainingJob.sol";
import {vm} from "./Vm.sol";

/// Each limit of a training job, at its last moment or value and one beyond.
contract TrainingLimitsTest is TrainingJob {
    function to(uint256 time) private {
        vm.warp(time);
    }

    function deadline() private view returns (uint256) {
        return getJob(job).deadline;
    }

    function tooLate(uint256 until) private {
        vm.expectRevert(abi.encodeWithSelector(Training.TooLate.selector, job, until));
    }

    function tooEarly(uint256 from) private {
        vm.expectRevert(abi.encodeWithSelector(Training.TooEarly.selector, job, from));
    }

    function badTerms() private {
        vm.expectRevert(abi.encodeWithSelector(Training.BadTerms.selector));
    }

    function opens(uint16 milestones, uint40 duration) private {
        vm.prank(customer);
        training.open(1, 1, milestones, duration, "r");
    }

    function test_termsAreTakenUpToTheirLimits() public {
        uint16 most = training.MAX_MILESTONES();
        opens(most, 365 days);
        badTerms();
        opens(most + 1, 365 days);
        badTerms();
        opens(most, 365 days + 1);
    }

    function test_aCommitmentIsTakenUntilTheDeadline() public {
        accepted();
        uint256 last = deadline();
        to(last + 1);
        tooLate(last);
        vm.prank(provider);
        training.commit(job, "root", 5);
        to(last);
        committed(5);
    }

    function test_aCommitmentIsToTwoCheckpointsOrMore() public {
        accepted();
        badTerms();
        vm.prank(provider);
        training.commit(job, 0, 5);
        badTerms();
        vm.prank(provider);
        training.commit(job, "root", 1);
        committed(2);
        require(getJob(job).checkpoints == 2, "two");
    }

    function test_theBeaconIsTheFirstBlockBehindTheCommitment() public {
        accepted();
        committed(5);
        uint48 beacon = getJob(job).beaconBlock;
        require(beacon == block.number + 1, "next block");
        vm.roll(beacon);
        tooEarly(beacon + 1);
        training.sample(job);
        vm.roll(beacon + 1);
        training.sample(job);
        require(deadline() == block.timestamp + training.ANSWER(), "a day to answer");
    }

    function test_aStrangerPassesAMilestoneBehindTheDeadline() public {
        accepted();
        sampled(5);
        uint256 last = deadline();
        to(last);
        tooEarly(last + 1);
        training.pass(job);
        to(last + 1);
        training.pass(job);
        require(deadline() == block.timestamp + DURATION, "the next milestone has its time");
    }

    function test_aChallengeIsTakenUntilTheDeadlineAndOfASegmentThatIsThere() public {
        accepted();
        sampled(5);
        uint256 last = deadline();
        to(last + 1);
        tooLate(last);
        vm.prank(customer);
        training.challenge(job, 0);
        to(last);
        badTerms();
        vm.prank(customer);
        training.challenge(job, 4);
        vm.prank(customer);
        training.challenge(job, 3);
        require(deadline() == block.timestamp + training.ANSWER(), "a day to defend it");
        require(ledger.held(address(training), training.bondBucket(job)) == PRICE, "bond");
    }

    function test_aDefenceIsTakenUntilTheDeadline() public {
        challenged();
        uint256 last = deadline();
        to(last + 1);
        tooLate(last);
        vm.prank(provider);
        training.defend(job);
        to(last);
        vm.prank(provider);
        training.defend(job);
        Jury.Case memory it = jury.getCase(getJob(job).dispute);
        require(it.accuser == customer && it.accused == provider, "parties");
        require(it.since == getJob(job).beaconBlock - 2, "enrolled before the commitment");
        require(it.bond == PRICE && ledger.held(address(jury), 1) == 2 * uint256(PRICE), "two bonds");
        require(ledger.held(address(training), training.bondBucket(job)) == 0, "none stays here");
    }

    function test_bondsAreAMilestonesPriceAndNotLessThanAJuryTakes() public {
        uint96 least = jury.LEAST_BOND();
        require(training.bondOf(least - 1) == least && training.bondOf(least) == least, "least");
        require(training.bondOf(least + 1) == least + 1, "a milestone's price");
    }

    function test_nobodyIsSlashedUntilTheDeadlineIsOver() public {
        challenged();
        uint256 last = deadline();
        to(last);
        tooEarly(last + 1);
        training.slash(job);
        to(last + 1);
        training.slash(job);
    }

    function test_nobodyIsLateUntilTheDeadlineIsOver() public {
        accepted();
        uint256 last = deadline();
        require(last == block.timestamp + DURATION, "its time");
        to(last);
        tooEarly(last + 1);
        vm.prank(customer);
        training.expire(job);
        to(last + 1);
        vm.prank(customer);
        training.expire(job);
        require(ledger.free(provider) == before - PRICE, "one milestone lost");
        requireEmpty();
    }

    function test_whatIsOverStaysOver() public {
        vm.prank(customer);
        training.cancel(job);
        vm.expectRevert(abi.encodeWithSelector(Training.WrongState.selector, job, Training.State.Ended));
        vm.prank(customer);
        training.cancel(job);
        vm.expectRevert(abi.encodeWithSelector(Training.WrongState.selector, job, Training.State.Ended));
        vm.prank(provider);
        training.accept(job);
        vm.expectRevert(abi.encodeWithSelector(Training.WrongState.selector, job, Training.State.Ended));
        training.rule(job);
    }
}
