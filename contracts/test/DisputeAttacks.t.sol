// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jury} from "../Jury.sol";
import {Training} from "../Training.sol";
import {TrainingJob} from "./TrainingJob.sol";
import {vm} from "./Vm.sol";

/// Owns machines for as long as its master wants.
contract Puppet {
    DisputeAttacks private world;
    uint64[] private mine;

    constructor(DisputeAttacks world_) {
        world = world_;
        world.coin().approve(address(world.ledger()), type(uint256).max);
    }

    function enter(uint256 count) external {
        world.ledger().deposit(count * 20e18);
        for (uint256 i; i < count; ++i) {
            uint64 machine = world.market().addMachine(0, 0);
            world.jury().enrol(machine);
            mine.push(machine);
        }
    }

    function leave() external {
        for (uint256 i; i < mine.length; ++i) {
            world.jury().retire(mine[i]);
            world.market().removeMachine(mine[i]);
        }
    }

    function takeBack() external {
        for (uint256 i; i < mine.length; ++i) world.jury().release(mine[i]);
    }
}

/// Attacks on the disputes of training jobs, each by somebody who would profit from it: docs/security.md.
contract DisputeAttacks is TrainingJob {
    uint256 private constant HONEST = 30;

    /// Thirty owners with a machine each are enrolled long before the job.
    constructor() {
        for (uint160 i; i < HONEST; ++i) newJuror(i);
        vm.roll(3000);
    }

    function puppet(uint256 machines) private returns (Puppet it) {
        it = new Puppet(this);
        require(coin.transfer(address(it), machines * 20e18), "funds");
    }

    function isHonest(uint64 machine) private view returns (bool) {
        return machine >= 3 && machine <= 4 + HONEST;
    }

    function defends() private returns (uint64 dispute) {
        vm.prank(provider);
        training.defend(job);
        return getJob(job).dispute;
    }

    /// The jury is drawn, and the first `guilty` of its three seats say so.
    function judgedBy(uint256 guilty) private {
        challenged();
        uint64 dispute = defends();
        draws(dispute);
        decide(dispute, guilty);
        later(jury.APPEAL() + 1);
        training.rule(job);
    }

    function test_machinesThatComeBehindTheCommitmentJudgeNothing() public {
        accepted();
        committed(5);
        Puppet early = puppet(60);
        early.enter(60);
        vm.roll(block.number + 2);
        training.sample(job);
        vm.prank(customer);
        training.challenge(job, 0);
        uint64 dispute = defends();
        vm.roll(block.number + 2);
        puppet(60).enter(60);
        jury.draw(dispute);
        Jury.Seat[] memory seats = seatsOf(dispute);
        for (uint256 i; i < 3; ++i) require(isHonest(seats[i].machine), "an honest seat");
        early.leave();
        uint256 from = block.timestamp + jury.UNBONDING();
        vm.expectRevert(abi.encodeWithSelector(Jury.TooEarly.selector, HONEST + 5, from));
        early.takeBack();
    }

    function test_whoEntersInTheBlockOfTheCommitmentIsTooLate() public {
        accepted();
        Puppet fast = puppet(60);
        fast.enter(60);
        committed(5);
        vm.roll(block.number + 2);
        training.sample(job);
        vm.prank(customer);
        training.challenge(job, 0);
        uint64 dispute = defends();
        draws(dispute);
        Jury.Seat[] memory seats = seatsOf(dispute);
        for (uint256 i; i < 3; ++i) require(isHonest(seats[i].machine), "an honest seat");
    }

    /// Once the beacon is known nobody moves a seat by leaving the draw or entering it.
    function test_theJuryOfABeaconIsTheSameWhoeverComesAndGoes() public {
        Puppet moving = puppet(20);
        moving.enter(20);
        vm.roll(block.number + 1);
        challenged();
        uint64 dispute = defends();
        vm.roll(block.number + 2);
        uint256 state = vm.snapshotState();
        jury.draw(dispute);
        Jury.Seat[] memory wanted = seatsOf(dispute);
        require(vm.revertToState(state), "back");
        moving.leave();
        puppet(20).enter(20);
        for (uint64 machine = 5; machine < 15; ++machine) {
            vm.prank(ownerOf(machine));
            jury.retire(machine);
        }
        jury.draw(dispute);
        Jury.Seat[] memory seats = seatsOf(dispute);
        require(seats.length == wanted.length, "as many");
        for (uint256 i; i < seats.length; ++i) require(seats[i].machine == wanted[i].machine, "the same");
    }

    /// Machines that were in the draw and left it take nobody's place, so no jury is drawn of nobody.
    function test_machinesThatLeftDiluteNothing() public {
        for (uint256 i; i < 4; ++i) {
            Puppet gone = puppet(50);
            gone.enter(50);
            gone.leave();
        }
        require(jury.enrolledCount() == 2 + HONEST, "who is there");
        vm.roll(block.number + 1);
        challenged();
        uint64 dispute = defends();
        draws(dispute);
        require(seatsOf(dispute).length == 3, "three");
        require(roundOf(dispute).draws < 12, "within a few draws");
    }

    /// The last block whose beacon can be read, where a block takes twelve seconds.
    function lapses(uint256 beacon) private {
        later(12 * (beacon + 8191 - block.number));
        vm.roll(beacon + 8191);
    }

    /// One votes at the last moment and opens nothing, so all that a round may take is taken.
    function dawdles(uint64 dispute) private {
        later(jury.VOTE());
        votes(dispute, seatsOf(dispute)[seatsOf(dispute).length - 1].machine, true);
        later(1);
        jury.draw(dispute);
        later(jury.REVEAL() + 1);
        jury.rule(dispute);
        later(jury.APPEAL());
    }

    /// Everybody takes all of the time there is, and still a machine that left behind the commitment answers for it.
    function test_whoLeavesAnswersUntilTheLastJuryIsDrawn() public {
        Puppet leaving = puppet(1);
        leaving.enter(1);
        vm.roll(block.number + 1);
        accepted();
        committed(5);
        leaving.leave();
        uint256 from = block.timestamp + jury.UNBONDING();
        lapses(getJob(job).beaconBlock);
        training.sample(job);
        later(training.ANSWER());
        vm.prank(customer);
        training.challenge(job, 0);
        later(training.ANSWER());
        uint64 dispute = defends();
        for (uint256 round; round <= jury.APPEALS(); ++round) {
            if (round > 0) {
                dawdles(dispute);
                vm.prank(customer);
                jury.appeal(dispute);
            }
            lapses(roundOf(dispute).beaconBlock);
            jury.draw(dispute);
            later(2 * jury.VOTE());
            jury.draw(dispute);
        }
        require(seatsOf(dispute).length == 30, "fifteen, and fifteen in their place");
        vm.expectRevert(abi.encodeWithSelector(Jury.TooEarly.selector, HONEST + 5, from));
        leaving.takeBack();
    }

    function test_oneBoughtSeatMakesNoFalseChallengeFree() public {
        uint256 start = ledger.free(customer);
        judgedBy(1);
        require(getJob(job).done == 1 && getJob(job).state == Training.State.Active, "the provider is paid");
        require(start - ledger.free(customer) == PRICE, "the bond is lost");
    }

    function test_oneBoughtSeatSavesNoCheat() public {
        judgedBy(2);
        require(getJob(job).state == Training.State.Slashed, "slashed");
        require(before - ledger.free(provider) == uint256(PRICE) * MILESTONES + PRICE, "stake and bond");
    }

    function test_whoBuysASeatLosesAsMuchAsAFalseVoteCosts() public {
        judgedBy(2);
        (, Jury.Seat[] memory seats) = jury.getRound(getJob(job).dispute, 0);
        require(juror(seats[2].machine).stake == jury.STAKE() - jury.FALSE_VOTE(), "of its stake");
    }

    /// The first block behind the commitment decides, however late somebody asks.
    function test_nobodyWaitsForASampleThatSuits() public {
        accepted();
        committed(5);
        uint256 beacon = getJob(job).beaconBlock;
        vm.roll(beacon + 1);
        uint256 state = vm.snapshotState();
        bytes32 atOnce = beaconOf();
        require(vm.revertToState(state), "back");
        vm.roll(beacon + 256);
        require(beaconOf() == atOnce, "the same beacon");
        vm.roll(beacon + 9000);
        require(getJob(job).beaconBlock == beacon, "no other block");
    }

    function beaconOf() private returns (bytes32 beacon) {
        vm.recordLogs();
        training.sample(job);
        (beacon, ) = abi.decode(vm.getRecordedLogs()[0].data, (bytes32, uint40));
    }

    /// Whoever opens cases with itself on both sides gets nothing of the fines of jurors who are away.
    function test_nobodyHarvestsTheFinesOfAbsentJurors() public {
        address attacker = customer;
        ledger.addModule(address(this));
        uint96 least = jury.LEAST_BOND();
        uint256 start = ledger.free(attacker);
        vm.roll(block.number + 1);
        uint64 id = jury.open(attacker, attacker, uint48(block.number - 1), least);
        draws(id);
        later(2 * jury.VOTE());
        jury.draw(id);
        later(jury.VOTE() + 1);
        jury.draw(id);
        later(jury.APPEAL() + 1);
        jury.close(id);
        require(ledger.free(attacker) == start, "nothing won");
        require(ledger.free(address(jury)) == 6 * uint256(jury.ABSENCE()), "six were away");
    }

    /// A customer picks a base model that none but its own machines have: who cannot judge is not outvoted.
    function test_aBaseModelThatFewHaveConvictsNobody() public {
        Puppet bought = puppet(8);
        bought.enter(8);
        vm.roll(block.number + 1);
        challenged();
        uint64 dispute = defends();
        draws(dispute);
        for (uint256 i; i < seatsOf(dispute).length; ++i) {
            uint64 machine = seatsOf(dispute)[i].machine;
            if (isHonest(machine)) abstains(dispute, machine);
            else votes(dispute, machine, true);
            try jury.draw(dispute) {} catch {}
        }
        Jury.Seat[] memory seats = seatsOf(dispute);
        if (jury.getCase(dispute).state == Jury.CaseState.Revealing)
            for (uint256 i; i < seats.length; ++i)
                if (!isHonest(seats[i].machine)) reveals(dispute, seats[i].machine, true);
        later(jury.APPEAL() + 1);
        training.rule(job);
        require(getJob(job).state == Training.State.Active, "not guilty");
    }
}
