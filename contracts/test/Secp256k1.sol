// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Public keys for tests: double and add in Jacobian coordinates (SEC 1, 2.2.1). Not for secrets.
library Secp256k1 {
    uint256 private constant P = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F;
    uint256 private constant GX = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798;
    uint256 private constant GY = 0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8;

    function multiplyG(uint256 k) internal view returns (uint256, uint256) {
        uint256 x;
        uint256 y;
        uint256 z;
        for (uint256 i; i < 256; ++i) {
            if (z != 0) (x, y, z) = double(x, y, z);
            if ((k >> (255 - i)) & 1 == 1) (x, y, z) = addG(x, y, z);
        }
        uint256 inverse = power(z, P - 2);
        uint256 square = mulmod(inverse, inverse, P);
        return (mulmod(x, square, P), mulmod(y, mulmod(square, inverse, P), P));
    }

    function double(uint256 x, uint256 y, uint256 z) private pure returns (uint256 x3, uint256 y3, uint256 z3) {
        uint256 yy = mulmod(y, y, P);
        uint256 s = mulmod(4, mulmod(x, yy, P), P);
        uint256 m = mulmod(3, mulmod(x, x, P), P);
        x3 = addmod(mulmod(m, m, P), P - mulmod(2, s, P), P);
        y3 = addmod(mulmod(m, addmod(s, P - x3, P), P), P - mulmod(8, mulmod(yy, yy, P), P), P);
        z3 = mulmod(2, mulmod(y, z, P), P);
    }

    /// Never called with G itself: the walk from the highest bit reaches G only from nothing.
    function addG(uint256 x, uint256 y, uint256 z) private pure returns (uint256 x3, uint256 y3, uint256 z3) {
        if (z == 0) return (GX, GY, 1);
        uint256 zz = mulmod(z, z, P);
        uint256 h = addmod(mulmod(GX, zz, P), P - x, P);
        uint256 r = addmod(mulmod(GY, mulmod(zz, z, P), P), P - y, P);
        uint256 hh = mulmod(h, h, P);
        uint256 hhh = mulmod(hh, h, P);
        uint256 v = mulmod(x, hh, P);
        x3 = addmod(addmod(mulmod(r, r, P), P - hhh, P), P - mulmod(2, v, P), P);
        y3 = addmod(mulmod(r, addmod(v, P - x3, P), P), P - mulmod(y, hhh, P), P);
        z3 = mulmod(z, h, P);
    }

    /// EIP-198.
    function power(uint256 base, uint256 exponent) private view returns (uint256 result) {
        (bool done, bytes memory out) = address(5).staticcall(abi.encode(32, 32, 32, base, exponent, P));
        require(done);
        return abi.decode(out, (uint256));
    }
}
