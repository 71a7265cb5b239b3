// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Training} from "../Training.sol";
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

    function votes(uint256 i, bool guilty) private {
        bytes32 hidden = sealedVote(job, who(i), guilty);
        vm.prank(who(i));
        training.vote(job, hidden);
    }

    function reveals(uint256 i, bool guilty) private {
        vm.prank(who(i));
        training.reveal(job, guilty, "salt");
    }

    function machineOf(address owner) private {
        require(coin.transfer(owner, FUNDS), "funds");
        vm.prank(owner);
        coin.approve(address(ledger), FUNDS);
        vm.prank(owner);
        ledger.deposit(FUNDS);
        vm.prank(owner);
        market.addMachine("spec", "peer");
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
        uint64 beacon = getJob(job).beaconBlock;
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
        require(deadline() == block.timestamp + training.VOTE(), "a day to vote");
        require(getJob(job).beaconBlock == block.number + 1, "a new beacon");
        require(ledger.held(address(training), training.bondBucket(job)) == 2 * uint256(PRICE), "two bonds");
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

    function test_aJuryIsDrawnOnceBehindItsBeaconAndUntilTheDeadline() public {
        challenged();
        vm.prank(provider);
        training.defend(job);
        (uint64 beacon, uint256 last) = (getJob(job).beaconBlock, deadline());
        tooEarly(beacon + 1);
        training.draw(job);
        vm.roll(beacon + 1);
        to(last + 1);
        tooLate(last);
        training.draw(job);
        to(last);
        training.draw(job);
        vm.expectRevert(abi.encodeWithSelector(Training.WrongState.selector, job, Training.State.Defended));
        training.draw(job);
    }

    function test_aJuryHasThreeSeatsHoweverManyMachinesThereAre() public {
        for (uint160 i = 100; i < 110; ++i) machineOf(address(i));
        challenged();
        vm.prank(provider);
        training.defend(job);
        vm.roll(block.number + 2);
        training.draw(job);
        Training.Juror[] memory jury = training.jurors(job);
        require(jury.length == training.JURY(), "three");
        for (uint256 i; i < jury.length; ++i) {
            require(jury[i].account != provider && jury[i].account != customer, "no party");
            for (uint256 k; k < i; ++k) require(jury[i].account != jury[k].account, "none twice");
        }
    }

    function test_aMachineThatLeftIsNotDrawn() public {
        challenged();
        vm.prank(who(2));
        market.removeMachine(3);
        vm.prank(provider);
        training.defend(job);
        vm.roll(block.number + 2);
        training.draw(job);
        Training.Juror[] memory jury = training.jurors(job);
        require(jury.length == 1 && jury[0].account == who(3), "only who is there");
    }

    function test_votesAreTakenFromJurorsUntilTheDeadline() public {
        defended();
        uint256 last = deadline();
        vm.expectRevert(abi.encodeWithSelector(Training.NotJuror.selector, job, customer));
        vm.prank(customer);
        training.vote(job, "vote");
        to(last + 1);
        tooLate(last);
        vm.prank(who(2));
        training.vote(job, "vote");
        to(last);
        votes(2, true);
    }

    function test_votesAreOpenedOnceAndInTheirDay() public {
        defended();
        votes(2, true);
        votes(3, true);
        uint256 last = deadline();
        to(last);
        tooEarly(last + 1);
        reveals(2, true);
        to(last + 1);
        vm.expectRevert(abi.encodeWithSelector(Training.NotJuror.selector, job, customer));
        vm.prank(customer);
        training.reveal(job, true, "salt");
        reveals(2, true);
        vm.expectRevert(abi.encodeWithSelector(Training.BadVote.selector, job));
        reveals(2, true);
        uint256 end = last + training.VOTE();
        to(end + 1);
        tooLate(end);
        reveals(3, true);
        to(end);
        reveals(3, true);
    }

    function test_whoDidNotVoteOpensNothing() public {
        defended();
        to(deadline() + 1);
        vm.expectRevert(abi.encodeWithSelector(Training.BadVote.selector, job));
        reveals(2, false);
    }

    function test_aDisputeIsRuledOnceTheVotesAreOpenAndPaysItsJurors() public {
        defended();
        votes(2, true);
        votes(3, true);
        uint256 end = deadline() + training.VOTE();
        to(deadline() + 1);
        reveals(2, true);
        reveals(3, true);
        to(end);
        tooEarly(end + 1);
        training.rule(job);
        uint256[2] memory had = [ledger.free(who(2)), ledger.free(who(3))];
        uint256 start = ledger.free(customer);
        to(end + 1);
        training.rule(job);
        require(ledger.free(who(2)) == had[0] + PRICE / 4, "a quarter of the bond");
        require(ledger.free(who(3)) == had[1] + PRICE / 4, "the same for the other");
        uint256 won = 2 * uint256(PRICE) - PRICE / 2 + 2 * uint256(PRICE) * MILESTONES;
        require(ledger.free(customer) == start + won, "bonds less the fees, stake and escrow");
        requireEmpty();
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
