// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Training} from "../Training.sol";
import {Jury} from "../Jury.sol";
import {TrainingJob} from "./TrainingJob.sol";
import {Vm, vm} from "./Vm.sol";

contract TrainingTest is TrainingJob {
    function tells() private {
        vm.expectEmit(address(training));
    }

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

    /// Every other step is refused, whoever asks.
    function takesNoOtherStep(Training.State state) private {
        bytes4[11] memory steps = [
            Training.cancel.selector,
            Training.accept.selector,
            Training.commit.selector,
            Training.sample.selector,
            Training.pass.selector,
            Training.challenge.selector,
            Training.defend.selector,
            Training.slash.selector,
            Training.rule.selector,
            Training.leave.selector,
            Training.expire.selector
        ];
        Training.State[11] memory states = [
            Training.State.Open,
            Training.State.Open,
            Training.State.Active,
            Training.State.Committed,
            Training.State.Sampled,
            Training.State.Sampled,
            Training.State.Challenged,
            Training.State.Challenged,
            Training.State.Defended,
            Training.State.Active,
            state == Training.State.Committed ? state : Training.State.Active
        ];
        bytes memory wrong = abi.encodeWithSelector(Training.WrongState.selector, job, state);
        for (uint256 i; i < 11; ++i) {
            if (states[i] == state) continue;
            vm.prank(i % 2 == 0 ? customer : provider);
            (bool done, bytes memory why) = address(training).call(abi.encodePacked(steps[i], abi.encode(job, 1, 99)));
            require(
                !done && keccak256(why) == keccak256(wrong),
                string(abi.encodePacked("step ", bytes1(uint8(65 + i))))
            );
        }
    }

    function test_eachStepIsTakenInItsStateAlone() public {
        takesNoOtherStep(Training.State.Open);
        accepted();
        takesNoOtherStep(Training.State.Active);
        committed(5);
        takesNoOtherStep(Training.State.Committed);
        vm.roll(block.number + 2);
        training.sample(job);
        takesNoOtherStep(Training.State.Sampled);
        vm.prank(customer);
        training.challenge(job, 0);
        takesNoOtherStep(Training.State.Challenged);
        vm.prank(provider);
        training.defend(job);
        later(30 days);
        takesNoOtherStep(Training.State.Defended);
        draws(getJob(job).dispute);
        later(3 * jury.VOTE());
        jury.draw(getJob(job).dispute);
        later(jury.APPEAL() + 1);
        training.rule(job);
        takesNoOtherStep(Training.State.Active);
        sampled(9);
        vm.prank(customer);
        training.challenge(job, 7);
        takesNoOtherStep(Training.State.Challenged);
        later(training.ANSWER() + 1);
        takesNoOtherStep(Training.State.Challenged);
        training.slash(job);
        takesNoOtherStep(Training.State.Slashed);
    }

    /// Who sees that its work will be found wrong would give a milestone's price up rather than the whole stake.
    function test_noProviderBuysItselfOutOfASample() public {
        accepted();
        committed(5);
        uint256 beacon = getJob(job).beaconBlock;
        vm.roll(beacon + 1);
        vm.expectRevert(abi.encodeWithSelector(Training.TooEarly.selector, job, beacon + 8192));
        vm.prank(provider);
        training.expire(job);
    }

    function test_aJobIsPaidByMilestonesAndGivesTheStakeBack() public {
        accepted();
        require(ledger.free(provider) == before - uint256(PRICE) * MILESTONES, "staked");
        for (uint32 i = 1; i <= MILESTONES; ++i) {
            sampled(5 * i);
            require(getJob(job).state == Training.State.Sampled, "sampled");
            if (i == MILESTONES) {
                tells();
                emit Training.JobClosed(job, customer, provider, Training.State.Passed, 0);
            }
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

    function test_aSilentCustomerPaysAfterADay() public {
        accepted();
        sampled(5);
        vm.expectRevert(abi.encodeWithSelector(Training.TooEarly.selector, job, uint256(getJob(job).deadline) + 1));
        training.pass(job);
        later(training.ANSWER() + 1);
        vm.prank(who(3));
        training.pass(job);
        require(getJob(job).done == 1, "paid");
    }

    function test_aSilentProviderLosesAMilestoneOfItsStake() public {
        uint256 start = ledger.free(customer);
        accepted();
        sampled(5);
        vm.prank(customer);
        training.pass(job);
        vm.expectRevert(abi.encodeWithSelector(Training.TooEarly.selector, job, uint256(getJob(job).deadline) + 1));
        training.expire(job);
        later(DURATION + 1);
        vm.prank(who(3));
        training.expire(job);
        require(getJob(job).state == Training.State.Ended, "ended");
        require(ledger.free(customer) == start + uint256(PRICE) * MILESTONES, "three back, one won");
        require(ledger.free(provider) == before, "one milestone earned, one lost");
        requireEmpty();
    }

    function test_aProviderMayGiveUpAtOnceForTheSamePrice() public {
        uint256 start = ledger.free(customer);
        accepted();
        vm.prank(provider);
        training.expire(job);
        require(ledger.free(provider) == before - PRICE, "one milestone lost");
        require(ledger.free(customer) == start + uint256(PRICE) * (MILESTONES + 1), "and the customer's");
        requireEmpty();
    }

    function test_aLateCommitmentIsRefused() public {
        accepted();
        uint256 last = getJob(job).deadline;
        later(DURATION + 1);
        vm.expectRevert(abi.encodeWithSelector(Training.TooLate.selector, job, last));
        committed(5);
    }

    function test_anUnansweredChallengeSlashes() public {
        uint256 start = ledger.free(customer);
        challenged();
        vm.expectRevert(abi.encodeWithSelector(Training.TooEarly.selector, job, uint256(getJob(job).deadline) + 1));
        training.slash(job);
        later(training.ANSWER() + 1);
        training.slash(job);
        require(getJob(job).state == Training.State.Slashed, "slashed");
        require(ledger.free(customer) == start + 2 * uint256(PRICE) * MILESTONES, "escrow back, stake won");
        requireEmpty();
    }

    function test_aCheatLosesTheWholeStakeHoweverMuchIsDone() public {
        uint256 start = ledger.free(customer);
        accepted();
        sampled(5);
        vm.prank(customer);
        training.pass(job);
        sampled(9);
        vm.prank(customer);
        training.challenge(job, 7);
        later(training.ANSWER() + 1);
        vm.prank(who(3));
        training.slash(job);
        require(ledger.free(customer) == start + uint256(PRICE) * (2 * MILESTONES - 1), "three back, four won");
        require(ledger.free(provider) == before - uint256(PRICE) * (MILESTONES - 1), "one earned, four lost");
        requireEmpty();
    }

    function test_aJuryThatFindsTheProviderGuiltySlashesIt() public {
        uint256 start = ledger.free(customer);
        judged(true);
        training.rule(job);
        require(getJob(job).state == Training.State.Slashed, "slashed");
        uint256 won = uint256(PRICE) * MILESTONES + PRICE - PRICE / 2;
        require(ledger.free(customer) == start + uint256(PRICE) * MILESTONES + won, "escrow, stake, half the bond");
        requireEmpty();
    }

    function test_aJuryThatClearsTheProviderPaysItAndItGoesOn() public {
        judged(false);
        training.rule(job);
        require(getJob(job).state == Training.State.Active && getJob(job).done == 1, "paid");
        require(
            ledger.free(provider) == before - uint256(PRICE) * MILESTONES + PRICE + PRICE - PRICE / 2,
            "and has won the bond less the fees"
        );
        sampled(9);
        vm.prank(customer);
        training.challenge(job, 0);
        vm.prank(provider);
        training.defend(job);
        require(getJob(job).dispute == 2, "another case with a jury of its own");
    }

    function test_aVerdictIsCarriedOutThoughTheCaseIsClosedAlready() public {
        judged(true);
        jury.close(getJob(job).dispute);
        training.rule(job);
        require(getJob(job).state == Training.State.Slashed, "slashed");
    }

    function test_nothingIsRuledBeforeTheVerdictIsFinal() public {
        uint64 dispute = defended();
        vm.expectRevert(abi.encodeWithSelector(Jury.WrongState.selector, dispute, Jury.CaseState.Voting));
        training.rule(job);
    }

    function test_aSampleThatNobodyDrawsInTimeIsTheProvidersFault() public {
        accepted();
        committed(5);
        uint256 beacon = getJob(job).beaconBlock;
        vm.roll(beacon + 8191);
        vm.expectRevert(abi.encodeWithSelector(Training.TooEarly.selector, job, beacon + 8192));
        training.expire(job);
        vm.roll(beacon + 8192);
        vm.expectRevert(abi.encodeWithSelector(Training.TooLate.selector, job, beacon + 8191));
        training.sample(job);
        training.expire(job);
        require(ledger.free(provider) == before - PRICE, "a milestone's price");
        requireEmpty();
    }

    function test_aSampleCanBeDrawnLongAfterItsBlock() public {
        accepted();
        committed(5);
        vm.roll(uint256(getJob(job).beaconBlock) + 8191);
        training.sample(job);
        require(getJob(job).state == Training.State.Sampled, "sampled");
    }

    function test_twoJobsOfABlockHaveSeedsOfTheirOwn() public {
        vm.prank(customer);
        uint64 other = training.open(1, PRICE, MILESTONES, DURATION, "recipe");
        accepted();
        vm.prank(provider);
        training.accept(other);
        committed(5);
        vm.prank(provider);
        training.commit(other, keccak256(abi.encode(5)), 5);
        vm.roll(block.number + 2);
        vm.recordLogs();
        training.sample(job);
        training.sample(other);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        require(logs.length == 2, "two samples");
        (bytes32 one, ) = abi.decode(logs[0].data, (bytes32, uint40));
        (bytes32 two, ) = abi.decode(logs[1].data, (bytes32, uint40));
        require(one != two && one != 0 && two != 0, "differ");
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

    function test_aMachineThatIsGoneTakesNoJob() public {
        vm.prank(provider);
        market.removeMachine(1);
        bytes memory gone = abi.encodeWithSelector(Training.MachineNotLive.selector, 1);
        vm.expectRevert(gone);
        vm.prank(provider);
        training.accept(job);
        vm.expectRevert(gone);
        vm.prank(customer);
        training.open(1, PRICE, MILESTONES, DURATION, "recipe");
    }

    /// Recipe, root and sample stand in the events alone.
    function test_theEventsTellWhatPeopleAndTheirMachinesRead() public {
        tells();
        emit Training.JobOpened(job + 1, customer, 1, "recipe", PRICE, 2, DURATION);
        vm.prank(customer);
        job = training.open(1, PRICE, 2, DURATION, "recipe");
        uint40 time = uint40(block.timestamp);
        tells();
        emit Training.JobAccepted(job, provider, time + DURATION);
        accepted();
        uint48 beacon = uint48(block.number + 1);
        tells();
        emit Training.JobCommitted(job, provider, "root", 5, beacon);
        vm.prank(provider);
        training.commit(job, "root", 5);
        vm.roll(beacon + 1);
        tells();
        emit Training.JobSampled(job, keccak256(abi.encode(blockhash(beacon), job)), time + training.ANSWER());
        training.sample(job);
        tells();
        emit Training.MilestonePaid(job, provider, 1, PRICE);
        vm.prank(customer);
        training.pass(job);
        sampled(9);
        tells();
        emit Training.JobChallenged(job, customer, 7, PRICE, time + training.ANSWER());
        vm.prank(customer);
        training.challenge(job, 7);
        tells();
        emit Training.JobDefended(job, provider, 1);
        vm.prank(provider);
        training.defend(job);
        vm.roll(getJob(job).beaconBlock + 9000);
        tells();
        emit Training.JobClosed(job, customer, provider, Training.State.Slashed, PRICE);
        training.rule(job);
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
