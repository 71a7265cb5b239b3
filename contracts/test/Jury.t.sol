// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jury} from "../Jury.sol";
import {JuryCase} from "./JuryCase.sol";
import {vm} from "./Vm.sol";

/// Who is enrolled, who is drawn, and what becomes of seats.
contract JuryTest is JuryCase {
    function test_anEnrolledMachineHoldsItsStakeUntilLongBehindItsLeave() public {
        tells();
        emit Jury.JurorEnrolled(3, who(2));
        enrols(who(2), 3);
        require(ledger.held(address(jury), jury.stakeBucket(3)) == jury.STAKE(), "held");
        require(jury.enrolledCount() == 1, "one");
        vm.expectRevert(abi.encodeWithSelector(Jury.AlreadyEnrolled.selector, 3));
        vm.prank(who(2));
        jury.release(3);
        uint40 from = uint40(block.timestamp) + jury.UNBONDING();
        tells();
        emit Jury.JurorRetired(3, who(2), from);
        vm.prank(who(2));
        jury.retire(3);
        require(jury.enrolledCount() == 0, "none");
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(Jury.TooEarly.selector, 3, from));
        vm.prank(who(2));
        jury.release(3);
        vm.warp(from);
        uint256 had = ledger.free(who(2));
        tells();
        emit Jury.JurorReleased(3, who(2), jury.STAKE());
        vm.prank(who(2));
        jury.release(3);
        require(ledger.free(who(2)) == had + jury.STAKE(), "back");
        enrols(who(2), 3);
    }

    function test_onlyTheOwnerOfALiveMachineEnrolsItOnce() public {
        vm.expectRevert(abi.encodeWithSelector(Jury.NotOwner.selector, 3, who(1)));
        enrols(who(1), 3);
        vm.prank(who(3));
        market.removeMachine(4);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotOwner.selector, 4, who(3)));
        enrols(who(3), 4);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotOwner.selector, 99, address(0)));
        enrols(address(0), 99);
        enrols(who(2), 3);
        vm.expectRevert(abi.encodeWithSelector(Jury.AlreadyEnrolled.selector, 3));
        enrols(who(2), 3);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotOwner.selector, 3, who(1)));
        vm.prank(who(1));
        jury.retire(3);
        vm.prank(who(2));
        jury.retire(3);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotEnrolled.selector, 3));
        vm.prank(who(2));
        jury.retire(3);
        vm.expectRevert(abi.encodeWithSelector(Jury.AlreadyEnrolled.selector, 3));
        enrols(who(2), 3);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotOwner.selector, 3, who(1)));
        vm.prank(who(1));
        jury.release(3);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotEnrolled.selector, 99));
        vm.prank(address(0));
        jury.retire(99);
    }

    function test_whoIsInTheDrawStaysThereWhenOthersLeave() public {
        for (uint160 i; i < 5; ++i) newJuror(i);
        uint64[3] memory leaving = [uint64(5), 9, 6];
        for (uint256 i; i < 3; ++i) {
            vm.prank(ownerOf(leaving[i]));
            jury.retire(leaving[i]);
        }
        require(jury.enrolledCount() == 2, "two left");
        vm.roll(block.number + 1);
        id = jury.open(accuser, accused, uint48(block.number - 1), BOND);
        draws(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(seats.length == 2, "both");
        for (uint256 i; i < 2; ++i) require(seats[i].machine == 7 || seats[i].machine == 8, "who stayed");
    }

    // Being drawn

    function test_onlyModulesOpenCasesAndBondsCoverTheFirstJury() public {
        vm.expectRevert(abi.encodeWithSelector(Jury.NotModule.selector, who(3)));
        vm.prank(who(3));
        jury.open(accuser, accused, 1, BOND);
        uint96 least = jury.LEAST_BOND();
        vm.expectRevert(abi.encodeWithSelector(Jury.BondTooSmall.selector, least - 1));
        jury.open(accuser, accused, 1, least - 1);
        (uint256 a, uint256 b) = (ledger.free(accuser), ledger.free(accused));
        tells();
        emit Jury.CaseOpened(1, accuser, accused, 1, least, uint48(block.number) + 1);
        id = jury.open(accuser, accused, 1, least);
        require(ledger.free(accuser) == a - least && ledger.free(accused) == b - least, "a bond of each");
        require(ledger.held(address(jury), id) == 2 * uint256(least), "both bonds");
    }

    function test_theDrawFollowsFromTheBlockBehindTheCase() public {
        opened();
        uint48 beacon = roundOf(id).beaconBlock;
        require(beacon == block.number + 1, "next block");
        tooEarly(uint256(beacon) + 1);
        jury.draw(id);
        vm.roll(beacon);
        tooEarly(uint256(beacon) + 1);
        jury.draw(id);
        vm.roll(uint256(beacon) + 1);
        jury.draw(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(seats.length == 3, "three");
        for (uint256 i; i < 3; ++i) {
            require(seats[i].until == block.timestamp + jury.VOTE(), "a day");
            for (uint256 k; k < i; ++k) require(seats[i].machine != seats[k].machine, "none twice");
            require(juror(seats[i].machine).seats == 1, "bound");
        }
        require(roundOf(id).deadline == block.timestamp + 2 * jury.VOTE(), "two days for replacements");
        nothingToDraw();
    }

    function test_twoCasesOfABlockHaveJuriesOfTheirOwn() public {
        opened();
        uint64 other = jury.open(accuser, accused, 1999, BOND);
        draws(id);
        jury.draw(other);
        require(roundOf(id).seed != roundOf(other).seed, "seeds of their own");
    }

    function test_thatAllDrawsAreMadeIsToldOnce() public {
        bytes32 kind = Jury.DrawsSpent.selector;
        vm.recordLogs();
        drawn();
        require(told(kind) == 0, "not while there are some left");
        vm.roll(3000);
        enrols(who(2), 3);
        enrols(who(3), 4);
        for (uint64 machine = 5; machine < 15; ++machine) {
            vm.prank(ownerOf(machine));
            jury.retire(machine);
        }
        vm.roll(3001);
        id = jury.open(accuser, accused, 3000, BOND);
        vm.roll(3003);
        tells();
        emit Jury.DrawsSpent(id, 0);
        jury.draw(id);
        require(seatsOf(id).length == 2 && roundOf(id).draws == 24, "eight for each seat");
        votes(id, 3, true);
        later(jury.VOTE() + 1);
        vm.recordLogs();
        jury.draw(id);
        require(seatsOf(id)[0].state != seatsOf(id)[1].state, "one is let go");
        require(told(kind) == 0, "not again");
    }

    function test_noPartyJudges() public {
        enrols(accused, 1);
        enrols(accuser, 2);
        enrols(who(2), 3);
        openedAmongWhoIsThere();
        draws(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(seats.length == 1 && seats[0].machine == 3, "the third alone");
    }

    function test_whoCameBehindTheCommitmentIsNeverDrawnAndWhoLeftStill() public {
        for (uint160 i; i < 3; ++i) newJuror(i);
        vm.roll(2000);
        for (uint160 i = 3; i < 40; ++i) newJuror(i);
        for (uint64 machine = 5; machine < 8; ++machine) {
            vm.prank(ownerOf(machine));
            jury.retire(machine);
        }
        vm.roll(2001);
        id = jury.open(accuser, accused, 1999, BOND);
        draws(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(seats.length == 3, "three");
        for (uint256 i; i < 3; ++i) require(seats[i].machine >= 5 && seats[i].machine < 8, "of before");
    }

    function test_aSeatKeepsAStakeBoundUntilTheCaseIsClosed() public {
        drawn();
        uint64 machine = seatsOf(id)[0].machine;
        address owner = ownerOf(machine);
        vm.prank(owner);
        jury.retire(machine);
        later(jury.UNBONDING());
        vm.expectRevert(abi.encodeWithSelector(Jury.Seated.selector, machine, 1));
        vm.prank(owner);
        jury.release(machine);
        jury.draw(id);
        require(!closed(), "nobody voted");
        uint256 had = ledger.free(owner);
        vm.prank(owner);
        jury.release(machine);
        require(ledger.free(owner) == had + jury.STAKE() - jury.ABSENCE(), "less the fine");
    }

    function test_whoIsSilentIsReplacedAndFined() public {
        drawn();
        Jury.Seat[] memory first = seatsOf(id);
        votes(id, first[0].machine, true);
        later(jury.VOTE());
        nothingToDraw();
        later(1);
        expects(abi.encodeWithSelector(Jury.TooLate.selector, id, first[1].until));
        votes(id, first[1].machine, true);
        jury.draw(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(seats.length == 5, "two more");
        require(seats[1].state == Jury.SeatState.Absent && seats[2].state == Jury.SeatState.Absent, "absent");
        votes(id, seats[3].machine, true);
        votes(id, seats[4].machine, true);
        for (uint256 i; i < 5; ++i) if (seats[i].state != Jury.SeatState.Absent) reveals(id, seats[i].machine, true);
        require(closed(), "guilty");
        require(juror(seats[1].machine).stake == jury.STAKE() - jury.ABSENCE(), "fined");
        require(juror(seats[3].machine).stake == jury.STAKE(), "not fined");
        require(ledger.free(address(jury)) == 2 * uint256(jury.ABSENCE()), "fines are nobody's");
    }

    function test_replacementsAreDrawnForTwoDays() public {
        drawn();
        uint256 last = roundOf(id).deadline;
        vm.warp(last);
        jury.draw(id);
        require(seatsOf(id).length == 6, "three more at the last moment");
        vm.warp(last + jury.VOTE());
        nothingToDraw();
        vm.warp(last + jury.VOTE() + 1);
        jury.draw(id);
        require(seatsOf(id).length == 6, "nobody any more");
        requireState(Jury.CaseState.Ruled, false);
    }

    function test_whoCannotJudgeIsReplacedForNothing() public {
        drawn();
        uint64 machine = seatsOf(id)[1].machine;
        vm.expectRevert(abi.encodeWithSelector(Jury.NotJuror.selector, id, machine));
        vm.prank(who(3));
        jury.abstain(id, machine);
        abstains(id, machine);
        badVote();
        abstains(id, machine);
        badVote();
        votes(id, machine, true);
        jury.draw(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(seats.length == 4 && seats[1].state == Jury.SeatState.Abstained, "replaced");
        votes(id, seats[0].machine, true);
        votes(id, seats[2].machine, true);
        votes(id, seats[3].machine, true);
        reveals(id, seats[0].machine, true);
        reveals(id, seats[2].machine, true);
        reveals(id, seats[3].machine, true);
        require(closed(), "all who voted were convinced");
        require(juror(machine).stake == jury.STAKE() && juror(machine).seats == 0, "free to go");
    }

    /// A base model that few have: five who cannot judge are not outvoted by whoever says that he can.
    function test_threeAbstentionsForTwoSeatsConvictNobody() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        votes(id, seats[0].machine, true);
        votes(id, seats[1].machine, true);
        abstains(id, seats[2].machine);
        for (uint256 i = 3; i < 7; ++i) {
            jury.draw(id);
            abstains(id, seatsOf(id)[i].machine);
        }
        require(jury.getCase(id).state == Jury.CaseState.Voting, "until somebody asks");
        jury.draw(id);
        require(seatsOf(id).length == 7, "nobody more is drawn");
        reveals(id, seats[0].machine, true);
        reveals(id, seats[1].machine, true);
        requireState(Jury.CaseState.Ruled, false);
    }

    function test_fourAbstentionsForThreeSeatsSaveNobody() public {
        drawn();
        for (uint256 i; i < 4; ++i) {
            abstains(id, seatsOf(id)[i].machine);
            jury.draw(id);
        }
        Jury.Seat[] memory seats = seatsOf(id);
        require(seats.length == 7, "all are replaced");
        for (uint256 i = 4; i < 7; ++i) votes(id, seats[i].machine, true);
        for (uint256 i = 4; i < 7; ++i) reveals(id, seats[i].machine, true);
        requireState(Jury.CaseState.Ruled, true);
    }

    function test_aJuryThatNobodyIsEnrolledForFindsNobodyGuilty() public {
        openedAmongWhoIsThere();
        draws(id);
        requireState(Jury.CaseState.Ruled, false);
        uint256 had = ledger.free(accused);
        require(!closed(), "innocent");
        require(ledger.free(accused) == had + 2 * uint256(BOND), "no juror to pay");
    }

    // Voting
}
