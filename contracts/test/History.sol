// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

address constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

/// Block hashes as EIP-2935's contract has them, for 8,191 blocks; the test network's own never lapse.
contract History {
    fallback(bytes calldata input) external returns (bytes memory) {
        uint256 number = abi.decode(input, (uint256));
        // As there without a word, for its answer is read whether it failed or not.
        require(number < block.number && block.number - number <= 8191);
        return abi.encode(keccak256(input));
    }
}
