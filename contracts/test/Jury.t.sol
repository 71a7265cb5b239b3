// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jury} from "../Jury.sol";
import {Ledger} from "../Ledger.sol";
import {JuryWorld} from "./JuryWorld.sol";
import {Vm, vm} from "./Vm.sol";

/// Cases of account 1 against account 0, opened by this contract as a module of the Ledger.
contract JuryTest is JuryWorld {
    uint96 constant BOND = 2e18;
    address accused;
    address accuser;
    uint64 id;

    function setUp() public {
        (accused, accuser) = (who(0), who(1));
        ledger.addModule(address(this));
    }

    /// Ten machines of ten owners are enrolled, and a case is about something that came later.
    function opened() private {
        for (uint160 i; i < 10; ++i) newJuror(i);
        openedAmongWhoIsThere();
    }

    function openedAmongWhoIsThere() private {
        vm.roll(2000);
        id = jury.open(accuser, accused, 1999, BOND);
    }

    function drawn() private {
        opened();
        draws(id);
        require(seatsOf(id).length == 3, "three");
    }

    function requireState(Jury.CaseState state, bool guilty) private view {
        require(jury.getCase(id).state == state, "state");
        require(jury.getCase(id).guilty == guilty, "verdict");
    }

    function badVote() private {
        expects(abi.encodeWithSelector(Jury.BadVote.selector, id));
    }

    function tooLate(uint256 until) private {
        vm.expectRevert(abi.encodeWithSelector(Jury.TooLate.selector, id, until));
    }

    function tooEarly(uint256 from) private {
        vm.expectRevert(abi.encodeWithSelector(Jury.TooEarly.selector, id, from));
    }

    function nothingToDraw() private {
        vm.expectRevert(abi.encodeWithSelector(Jury.NothingToDraw.selector, id));
        jury.draw(id);
    }

    /// All who are drawn vote and reveal, and but for one machine they say guilty.
    function convictedBut(uint64 outvoted) private {
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < seats.length; ++i) votes(id, seats[i].machine, seats[i].machine != outvoted);
        if (jury.getCase(id).state == Jury.CaseState.Voting) jury.draw(id);
        for (uint256 i; i < seats.length; ++i) reveals(id, seats[i].machine, seats[i].machine != outvoted);
    }

    function tells() private {
        vm.expectEmit(address(jury));
    }

    function told(bytes32 kind) private returns (uint256 times) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) if (logs[i].topics[0] == kind) times++;
    }

    function appeals(address who_) private {
        vm.prank(who_);
        jury.appeal(id);
    }

    function closed() private returns (bool) {
        later(jury.APPEAL() + 1);
        return jury.close(id);
    }

    // Being enrolled

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

    function test_aVoteCannotBeCopiedOrChanged() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        bytes32 copied = sealedVote(id, seats[0].machine, true);
        address owner = ownerOf(seats[0].machine);
        vm.expectRevert(abi.encodeWithSelector(Jury.BadVote.selector, id));
        vm.prank(owner);
        jury.vote(id, seats[0].machine, 0);
        votes(id, seats[0].machine, true);
        badVote();
        votes(id, seats[0].machine, false);
        vm.prank(ownerOf(seats[1].machine));
        jury.vote(id, seats[1].machine, copied);
        expects(abi.encodeWithSelector(Jury.WrongState.selector, id, Jury.CaseState.Voting));
        reveals(id, seats[0].machine, true);
        votes(id, seats[2].machine, true);
        requireState(Jury.CaseState.Revealing, false);
        badVote();
        reveals(id, seats[1].machine, true);
        badVote();
        reveals(id, seats[0].machine, false);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotJuror.selector, id, seats[0].machine));
        vm.prank(who(3));
        jury.reveal(id, seats[0].machine, true, "salt");
        reveals(id, seats[0].machine, true);
        badVote();
        reveals(id, seats[0].machine, true);
    }

    function test_aVoteIsTakenUntilItsTimeIsOver() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        vm.warp(seats[0].until);
        votes(id, seats[0].machine, true);
        vm.warp(uint256(seats[0].until) + 1);
        expects(abi.encodeWithSelector(Jury.TooLate.selector, id, seats[1].until));
        abstains(id, seats[1].machine);
    }

    function test_votesAreOpenedForADayAndThenRuled() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < 3; ++i) votes(id, seats[i].machine, true);
        uint256 last = roundOf(id).deadline;
        require(last == block.timestamp + jury.REVEAL(), "a day");
        vm.warp(last);
        reveals(id, seats[0].machine, true);
        reveals(id, seats[1].machine, true);
        tooEarly(last + 1);
        jury.rule(id);
        vm.warp(last + 1);
        expects(abi.encodeWithSelector(Jury.TooLate.selector, id, last));
        reveals(id, seats[2].machine, true);
        jury.rule(id);
        requireState(Jury.CaseState.Ruled, true);
        require(closed(), "two of three");
        require(juror(seats[2].machine).stake == jury.STAKE() - jury.ABSENCE(), "a vote that is not opened is absence");
    }

    function testFuzz_whoMoreThanHalfFindGuiltyIsGuilty(uint256 guilty) public {
        guilty %= 4;
        drawn();
        decide(id, guilty);
        requireState(Jury.CaseState.Ruled, guilty >= 2);
    }

    function test_oneVoteConvictsNobody() public {
        enrols(who(2), 3);
        openedAmongWhoIsThere();
        draws(id);
        votes(id, 3, true);
        later(2 * jury.VOTE() + 1);
        jury.draw(id);
        reveals(id, 3, true);
        requireState(Jury.CaseState.Ruled, false);
    }

    function test_oneVoteBesideAnAbstentionConvictsNobody() public {
        enrols(who(2), 3);
        enrols(who(3), 4);
        openedAmongWhoIsThere();
        draws(id);
        abstains(id, 3);
        votes(id, 4, true);
        jury.draw(id);
        reveals(id, 4, true);
        requireState(Jury.CaseState.Ruled, false);
    }

    function test_twoVotesConvict() public {
        enrols(who(2), 3);
        enrols(who(3), 4);
        openedAmongWhoIsThere();
        draws(id);
        convictedBut(0);
        requireState(Jury.CaseState.Ruled, true);
    }

    /// Four sit in the jury of an appeal, and the first `guilty` of them say so; the first `opening` votes are opened.
    function heardByFour(uint256 guilty, uint256 opening) private {
        for (uint160 i; i < 4; ++i) newJuror(i);
        openedAmongWhoIsThere();
        draws(id);
        decide(id, 3);
        appeals(accused);
        draws(id);
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < 4; ++i) votes(id, seats[i].machine, i < guilty);
        jury.draw(id);
        for (uint256 i; i < opening; ++i) reveals(id, seats[i].machine, i < guilty);
        later(jury.REVEAL() + 1);
        if (opening < 4) jury.rule(id);
    }

    function test_halfOfTheVotesConvictNobody() public {
        heardByFour(2, 4);
        requireState(Jury.CaseState.Ruled, false);
    }

    function test_aVoteThatIsNotOpenedConvictsNobody() public {
        heardByFour(2, 3);
        requireState(Jury.CaseState.Ruled, false);
    }

    // Paying

    function test_whoDoesNotOpenItsVoteTakesNothingFromThoseWhoDo() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < 3; ++i) votes(id, seats[i].machine, false);
        for (uint256 i; i < 2; ++i) reveals(id, seats[i].machine, false);
        later(jury.REVEAL() + 1);
        jury.rule(id);
        uint256[2] memory had = [ledger.free(ownerOf(seats[0].machine)), ledger.free(ownerOf(seats[2].machine))];
        require(!closed(), "innocent");
        require(ledger.free(ownerOf(seats[0].machine)) == had[0] + BOND / 4, "half the bond for two");
        require(ledger.free(ownerOf(seats[2].machine)) == had[1], "and nothing for the third");
        require(juror(seats[2].machine).stake == jury.STAKE() - jury.ABSENCE(), "who is fined");
    }

    function test_theLosersBondPaysTheJurorsWhoSawItRightAndTheWinner() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        uint256[2] memory had = [ledger.free(accuser), ledger.free(ownerOf(seats[0].machine))];
        decide(id, 2);
        require(closed(), "guilty");
        uint256 fee = uint256(BOND) / 4;
        require(ledger.free(ownerOf(seats[0].machine)) == had[1] + fee, "half the bond for two");
        require(ledger.free(accuser) == had[0] + 2 * uint256(BOND) - 2 * fee, "own bond and the rest");
        require(juror(seats[2].machine).stake == jury.STAKE() - jury.FALSE_VOTE(), "who saw it wrong is fined");
        require(ledger.held(address(jury), id) == 0, "drained");
        require(jury.close(id), "told again");
        require(ledger.free(accuser) == had[0] + 2 * uint256(BOND) - 2 * fee, "and paid once");
    }

    function test_whoLosesTooMuchOfTheStakeLeavesTheDraw() public {
        for (uint160 i; i < 3; ++i) newJuror(i);
        uint64 outvoted;
        for (uint256 i; i < 2; ++i) {
            vm.roll(block.number + 10);
            id = jury.open(accuser, accused, uint48(block.number - 1), BOND);
            draws(id);
            if (i == 0) outvoted = seatsOf(id)[0].machine;
            convictedBut(outvoted);
            require(closed(), "guilty");
            require(jury.enrolledCount() == (i == 0 ? 3 : 2), "in the draw while half is left");
        }
        require(juror(outvoted).stake == 0 && juror(outvoted).retired != 0, "out");
        vm.roll(block.number + 10);
        id = jury.open(accuser, accused, uint48(block.number - 15), BOND);
        draws(id);
        require(seatsOf(id).length == 2, "not drawn for what came before either");
    }

    /// Three rounds find against it: two false votes take the stake, and the third finds nothing.
    function test_nobodyIsFinedMoreThanItsStake() public {
        for (uint160 i; i < 4; ++i) newJuror(i);
        openedAmongWhoIsThere();
        draws(id);
        uint64 outvoted = seatsOf(id)[0].machine;
        convictedBut(outvoted);
        for (uint256 i; i < 2; ++i) {
            appeals(accused);
            draws(id);
            convictedBut(outvoted);
        }
        vm.recordLogs();
        tells();
        emit Jury.JurorFined(outvoted, ownerOf(outvoted), id, jury.FALSE_VOTE());
        tells();
        emit Jury.JurorFined(outvoted, ownerOf(outvoted), id, jury.FALSE_VOTE());
        tells();
        emit Jury.JurorFined(outvoted, ownerOf(outvoted), id, 0);
        require(jury.close(id), "guilty");
        require(told(Ledger.Released.selector) == 8 + 2 + 1, "eight fees, two fines and what is the winner's");
        require(juror(outvoted).stake == 0 && juror(outvoted).seats == 0, "no stake, no seat");
        require(ledger.held(address(jury), jury.stakeBucket(outvoted)) == 0, "nothing held");
        require(ledger.free(address(jury)) == jury.STAKE(), "nobody's");
    }

    function test_whoLeftTheDrawAndLosesTheStakeTakesNobodyElseOut() public {
        for (uint160 i; i < 4; ++i) newJuror(i);
        openedAmongWhoIsThere();
        draws(id);
        uint64 outvoted = seatsOf(id)[0].machine;
        convictedBut(outvoted);
        appeals(accused);
        draws(id);
        convictedBut(outvoted);
        vm.prank(ownerOf(outvoted));
        jury.retire(outvoted);
        uint40 left = juror(outvoted).retired;
        require(closed(), "guilty");
        require(juror(outvoted).stake == 0 && juror(outvoted).retired == left, "left once");
        require(jury.enrolledCount() == 3, "the others stay");
    }

    // Appealing

    function test_theLoserAppealsToTwiceTheJuryForTwiceTheBond() public {
        for (uint160 i = 10; i < 40; ++i) newJuror(i);
        drawn();
        Jury.Seat[] memory bought = seatsOf(id);
        decide(id, 3);
        uint256 start = ledger.free(accused);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotLoser.selector, id, accuser));
        appeals(accuser);
        tooEarly(uint256(roundOf(id).deadline) + 1);
        jury.close(id);
        vm.warp(roundOf(id).deadline);
        appeals(accused);
        require(ledger.free(accused) == start - 2 * uint256(BOND), "twice the bond");
        draws(id);
        require(seatsOf(id).length == 7, "seven");
        decide(id, 3);
        requireState(Jury.CaseState.Ruled, false);
        appeals(accuser);
        draws(id);
        require(seatsOf(id).length == 15, "fifteen");
        decide(id, 0);
        vm.expectRevert(abi.encodeWithSelector(Jury.NoAppeal.selector, id));
        appeals(accuser);
        require(!jury.close(id), "final at once");
        uint256 lost = 5 * uint256(BOND);
        uint256 fee = lost / 2 / 19;
        require(ledger.free(accused) == start + BOND + lost - fee * 19, "bonds back and won");
        require(juror(bought[0].machine).stake < jury.STAKE(), "who was overruled is fined");
        require(ledger.held(address(jury), id) == 0, "drained");
    }

    function test_anAppealIsTakenForADay() public {
        drawn();
        decide(id, 3);
        uint256 last = roundOf(id).deadline;
        require(last == block.timestamp + jury.APPEAL(), "a day");
        vm.warp(last);
        tooEarly(last + 1);
        jury.close(id);
        vm.warp(last + 1);
        tooLate(last);
        appeals(accused);
        require(jury.close(id), "guilty");
    }

    function test_anAppealThatNobodyAnswersChangesNothing() public {
        drawn();
        decide(id, 3);
        appeals(accused);
        draws(id);
        later(3 * jury.VOTE());
        jury.draw(id);
        requireState(Jury.CaseState.Ruled, true);
    }

    function test_oneAnswerToAnAppealChangesNothing() public {
        drawn();
        decide(id, 3);
        appeals(accused);
        draws(id);
        uint64 machine = seatsOf(id)[0].machine;
        votes(id, machine, false);
        later(3 * jury.VOTE());
        jury.draw(id);
        reveals(id, machine, false);
        requireState(Jury.CaseState.Ruled, true);
    }

    /// Few machines are enrolled: the larger jury is all of them.
    function test_anAppealInASmallNetworkIsHeardByAll() public {
        for (uint160 i; i < 4; ++i) newJuror(i);
        openedAmongWhoIsThere();
        draws(id);
        decide(id, 3);
        appeals(accused);
        draws(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(seats.length == 4, "all");
        for (uint256 i; i < 4; ++i) votes(id, seats[i].machine, true);
        jury.draw(id);
        require(roundOf(id).draws == 56, "eight draws a seat");
        for (uint256 i; i < 4; ++i) reveals(id, seats[i].machine, true);
        requireState(Jury.CaseState.Ruled, true);
    }

    // Beacons that nobody reads

    function test_aJuryThatNobodyDrawsInTimeIsLostByWhoAskedForIt() public {
        opened();
        uint256 beacon = roundOf(id).beaconBlock;
        vm.roll(beacon + 8191);
        tooEarly(beacon + 8192);
        jury.close(id);
        vm.roll(beacon + 8192);
        tooLate(beacon + 8191);
        jury.draw(id);
        uint256 had = ledger.free(accuser);
        require(jury.close(id), "the accused asked for it");
        require(ledger.free(accuser) == had + 2 * uint256(BOND), "both bonds");
    }

    function test_anAppealThatNobodyDrawsInTimeLeavesTheVerdict() public {
        drawn();
        decide(id, 0);
        appeals(accuser);
        vm.roll(uint256(roundOf(id).beaconBlock) + 8192);
        require(!jury.close(id), "innocent still");
        require(ledger.held(address(jury), id) == 0, "drained");
    }

    function test_anAppealByTheGuiltyThatNobodyDrawsFreesNobody() public {
        drawn();
        decide(id, 3);
        appeals(accused);
        vm.roll(uint256(roundOf(id).beaconBlock) + 8192);
        require(jury.close(id), "guilty still");
        require(ledger.held(address(jury), id) == 0, "drained");
    }

    /// The app knows of cases what their events tell it.
    function test_theEventsTellEachStepOfACase() public {
        opened();
        vm.roll(2002);
        uint256 state = vm.snapshotState();
        jury.draw(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(vm.revertToState(state), "back");
        uint40 time = uint40(block.timestamp);
        for (uint256 i; i < 3; ++i) {
            tells();
            emit Jury.SeatDrawn(id, 0, seats[i].machine, ownerOf(seats[i].machine), time + jury.VOTE());
        }
        jury.draw(id);
        tells();
        emit Jury.SeatEmptied(id, 0, seats[0].machine, Jury.SeatState.Abstained);
        abstains(id, seats[0].machine);
        later(jury.VOTE());
        tells();
        emit Jury.SeatSealed(id, 0, seats[1].machine);
        votes(id, seats[1].machine, true);
        vm.warp(time + 2 * jury.VOTE() + 1);
        tells();
        emit Jury.SeatEmptied(id, 0, seats[2].machine, Jury.SeatState.Absent);
        tells();
        emit Jury.VotingEnded(id, 0, uint40(block.timestamp) + jury.REVEAL());
        jury.draw(id);
        tells();
        emit Jury.SeatRevealed(id, 0, seats[1].machine, true);
        tells();
        emit Jury.CaseRuled(id, 0, false, uint40(block.timestamp) + jury.APPEAL());
        reveals(id, seats[1].machine, true);
        tells();
        emit Jury.CaseAppealed(id, 1, accuser, 2 * BOND, uint48(block.number) + 1);
        appeals(accuser);
        draws(id);
        decide(id, 7);
        later(jury.APPEAL() + 1);
        tells();
        emit Jury.CaseClosed(id, true, BOND / 16);
        tells();
        emit Jury.JurorFined(seats[2].machine, ownerOf(seats[2].machine), id, jury.ABSENCE());
        jury.close(id);
    }

    /// Every other step is refused, whoever asks.
    function takesNoOtherStep(Jury.CaseState state) private {
        bytes4[7] memory steps = [
            Jury.draw.selector,
            Jury.vote.selector,
            Jury.abstain.selector,
            Jury.reveal.selector,
            Jury.rule.selector,
            Jury.appeal.selector,
            Jury.close.selector
        ];
        bool called = state == Jury.CaseState.Called;
        Jury.CaseState[7] memory states = [
            called ? state : Jury.CaseState.Voting,
            Jury.CaseState.Voting,
            Jury.CaseState.Voting,
            Jury.CaseState.Revealing,
            Jury.CaseState.Revealing,
            Jury.CaseState.Ruled,
            called || state == Jury.CaseState.Closed ? state : Jury.CaseState.Ruled
        ];
        bytes memory wrong = abi.encodeWithSelector(Jury.WrongState.selector, id, state);
        for (uint256 i; i < 7; ++i) {
            if (states[i] == state) continue;
            (bool done, bytes memory why) = address(jury).call(abi.encodePacked(steps[i], abi.encode(id, 1, 1, 1)));
            require(
                !done && keccak256(why) == keccak256(wrong),
                string(abi.encodePacked("step ", bytes1(uint8(65 + i))))
            );
        }
    }

    function test_eachStepIsTakenInItsStateAlone() public {
        takesNoOtherStep(Jury.CaseState.None);
        opened();
        takesNoOtherStep(Jury.CaseState.Called);
        draws(id);
        takesNoOtherStep(Jury.CaseState.Voting);
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < 3; ++i) votes(id, seats[i].machine, true);
        takesNoOtherStep(Jury.CaseState.Revealing);
        for (uint256 i; i < 3; ++i) reveals(id, seats[i].machine, true);
        takesNoOtherStep(Jury.CaseState.Ruled);
        require(closed(), "guilty");
        takesNoOtherStep(Jury.CaseState.Closed);
    }
}
