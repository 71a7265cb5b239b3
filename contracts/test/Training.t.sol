// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Training} from "../Training.sol";
import {TrainingJob} from "./TrainingJob.sol";
import {vm} from "./Vm.sol";

contract TrainingTest is TrainingJob {
    function test_aCustomerLeavesARunningJobAndTheProviderKeepsStakeAndFinishedMilestones() public {
        accepted();
        sampled(5);
        vm.prank(customer);
        training.pass(job);
        vm.prank(who(2));
        vm.expectRevert(abi.encodeWithSelector(Training.NotCustomer.selector, job, who(2)));
        training.leave(job);
        vm.prank(customer);
        training.leave(job);
        require(getJob(job).state == Training.State.Ended, "ended");
        require(ledger.free(provider) == before + PRICE, "stake back, one milestone paid");
        requireEmpty();
    }

    function test_nobodyLeavesAJobThatIsBeingJudged() public {
        accepted();
        sampled(5);
        vm.prank(customer);
        vm.expectRevert(abi.encodeWithSelector(Training.WrongState.selector, job, Training.State.Sampled));
        training.leave(job);
    }

    function test_aJobIsPaidByMilestonesAndGivesTheStakeBack() public {
        accepted();
        require(ledger.free(provider) == before - uint256(PRICE) * MILESTONES, "staked");
        for (uint32 i = 1; i <= MILESTONES; ++i) {
            sampled(5 * i);
            require(getJob(job).state == Training.State.Sampled, "sampled");
            vm.prank(customer);
            training.pass(job);
            require(getJob(job).done == i, "done");
        }
        require(getJob(job).state == Training.State.Passed, "passed");
        require(ledger.free(provider) == before + uint256(PRICE) * MILESTONES, "paid and stake back");
        requireEmpty();
    }

    function test_theBeaconIsOfABlockAfterTheCommitment() public {
        accepted();
        committed(5);
        vm.expectRevert(abi.encodeWithSelector(Training.TooEarly.selector, job, getJob(job).beaconBlock + 1));
        training.sample(job);
    }

    function test_aBeaconThatNobodyAskedForInTimeIsReplaced() public {
        accepted();
        committed(5);
        vm.roll(block.number + 500);
        training.sample(job);
        require(getJob(job).state == Training.State.Committed, "still committed");
        vm.roll(block.number + 2);
        training.sample(job);
        require(getJob(job).state == Training.State.Sampled, "sampled");
    }

    function test_aSilentCustomerPaysAfterADay() public {
        accepted();
        sampled(5);
        vm.expectRevert();
        training.pass(job);
        later(training.ANSWER() + 1);
        vm.prank(who(3));
        training.pass(job);
        require(getJob(job).done == 1, "paid");
    }

    function test_aSilentProviderLosesAMilestoneOfItsStake() public {
        accepted();
        sampled(5);
        vm.prank(customer);
        training.pass(job);
        vm.expectRevert();
        training.expire(job);
        later(DURATION + 1);
        training.expire(job);
        require(getJob(job).state == Training.State.Ended, "ended");
        require(ledger.free(provider) == before, "one milestone earned, one lost");
        requireEmpty();
    }

    function test_aProviderMayGiveUpAtOnceForTheSamePrice() public {
        accepted();
        vm.prank(provider);
        training.expire(job);
        require(ledger.free(provider) == before - PRICE, "one milestone lost");
        requireEmpty();
    }

    function test_aLateCommitmentIsRefused() public {
        accepted();
        later(DURATION + 1);
        vm.expectRevert();
        committed(5);
    }

    function test_anUnansweredChallengeSlashes() public {
        uint256 start = ledger.free(customer);
        challenged();
        vm.expectRevert();
        training.slash(job);
        later(training.ANSWER() + 1);
        training.slash(job);
        require(getJob(job).state == Training.State.Slashed, "slashed");
        require(ledger.free(customer) == start + 2 * uint256(PRICE) * MILESTONES, "escrow back, stake won");
        requireEmpty();
    }

    function voted(bool first, bool second, bool secondReveals) private {
        bool[2] memory votes = [first, second];
        for (uint256 i; i < 2; ++i) {
            vm.prank(who(2 + i));
            training.vote(job, sealedVote(job, who(2 + i), votes[i]));
        }
        later(training.VOTE() + 1);
        for (uint256 i; i < (secondReveals ? 2 : 1); ++i) {
            vm.prank(who(2 + i));
            training.reveal(job, votes[i], "salt");
        }
        later(training.VOTE() + 1);
        training.rule(job);
    }

    function test_aUnanimousJurySlashes() public {
        defended();
        voted(true, true, true);
        require(getJob(job).state == Training.State.Slashed, "slashed");
        requireEmpty();
    }

    function test_aUnanimousJuryClearsTheProviderWhoIsPaidAndGoesOn() public {
        defended();
        voted(false, false, true);
        require(getJob(job).state == Training.State.Active && getJob(job).done == 1, "paid");
        require(
            ledger.free(provider) == before - uint256(PRICE) * MILESTONES + PRICE + PRICE - PRICE / 2,
            "and has won the bond less the fees"
        );
        require(training.jurors(job).length == 0, "the jury is dismissed");
    }

    function test_oneHonestJurorSavesAnHonestProvider() public {
        uint256 start = ledger.free(customer);
        defended();
        voted(true, false, true);
        require(getJob(job).state == Training.State.Ended, "void");
        require(ledger.free(provider) == before, "provider loses nothing");
        require(ledger.free(customer) == start + uint256(PRICE) * MILESTONES, "customer has the escrow back");
        requireEmpty();
    }

    function test_oneVoteDecidesNothing() public {
        defended();
        voted(true, true, false);
        require(getJob(job).state == Training.State.Ended, "void");
        require(ledger.free(provider) == before, "provider loses nothing");
    }

    function test_aVoteCannotBeCopiedOrChanged() public {
        defended();
        bytes32 copied = sealedVote(job, who(2), true);
        vm.prank(who(2));
        training.vote(job, copied);
        vm.prank(who(3));
        training.vote(job, copied);
        later(training.VOTE() + 1);
        vm.expectRevert(abi.encodeWithSelector(Training.BadVote.selector, job));
        vm.prank(who(3));
        training.reveal(job, true, "salt");
        vm.expectRevert(abi.encodeWithSelector(Training.BadVote.selector, job));
        vm.prank(who(2));
        training.reveal(job, false, "salt");
    }

    function test_strangersMayDoNothing() public {
        vm.expectRevert(abi.encodeWithSelector(Training.NotProvider.selector, job, who(3)));
        vm.prank(who(3));
        training.accept(job);
        vm.expectRevert(abi.encodeWithSelector(Training.NotCustomer.selector, job, who(3)));
        vm.prank(who(3));
        training.cancel(job);
        accepted();
        vm.expectRevert(abi.encodeWithSelector(Training.NotProvider.selector, job, who(3)));
        vm.prank(who(3));
        training.commit(job, "root", 5);
        sampled(5);
        vm.expectRevert(abi.encodeWithSelector(Training.NotCustomer.selector, job, who(3)));
        vm.prank(who(3));
        training.challenge(job, 0);
        vm.prank(customer);
        training.challenge(job, 0);
        vm.expectRevert(abi.encodeWithSelector(Training.NotProvider.selector, job, who(3)));
        vm.prank(who(3));
        training.defend(job);
    }

    function test_unwantedTermsAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(Training.BadTerms.selector));
        vm.prank(customer);
        training.open(1, 0, 1, 1, "r");
        vm.expectRevert(abi.encodeWithSelector(Training.BadTerms.selector));
        vm.prank(customer);
        training.open(1, 1, 0, 1, "r");
        vm.expectRevert(abi.encodeWithSelector(Training.BadTerms.selector));
        vm.prank(customer);
        training.open(1, 1, 1, 0, "r");
        vm.expectRevert(abi.encodeWithSelector(Training.BadTerms.selector));
        vm.prank(provider);
        training.open(1, 1, 1, 1, "own machine");
        vm.expectRevert(abi.encodeWithSelector(Training.MachineNotLive.selector, 99));
        vm.prank(customer);
        training.open(99, 1, 1, 1, "r");
    }

    function test_checkpointsOnlyGrow() public {
        accepted();
        sampled(5);
        vm.prank(customer);
        training.pass(job);
        vm.expectRevert(abi.encodeWithSelector(Training.BadTerms.selector));
        committed(5);
    }

    function testFuzz_anOpenJobIsTakenBackWhole(uint96 price, uint16 milestones) public {
        vm.assume(price > 0 && milestones > 0 && milestones <= training.MAX_MILESTONES());
        vm.assume(uint256(price) * milestones <= ledger.free(customer));
        uint256 start = ledger.free(customer);
        vm.prank(customer);
        uint64 id = training.open(1, price, milestones, 1, "r");
        vm.prank(customer);
        training.cancel(id);
        require(ledger.free(customer) == start, "whole");
    }
}
