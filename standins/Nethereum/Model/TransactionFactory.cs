using System.Numerics;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Nethereum.Model;

/// <summary>Reads raw transactions; here only those of type 2.</summary>
public static class TransactionFactory
{
    public static ISignedTransaction CreateTransaction(byte[] rlp)
    {
        if (rlp is not [Transaction1559.Type, .. var payload])
        {
            throw new NotSupportedException("The stand-in reads EIP-1559 transactions only");
        }

        var items = Rlp.DecodeList(payload);
        if (items.Count != 12 || items[8] is not [0xC0])
        {
            throw new NotSupportedException("The stand-in reads signed transactions without an access list only");
        }

        var transaction = new Transaction1559(
            Number(items[0]), Number(items[1]), Number(items[2]), Number(items[3]), Number(items[4]),
            Hex(items[5]), Number(items[6]), Hex(items[7]), null);
        transaction.SetSignature(new Signature(items[10], items[11], items[9].Length == 0 ? [0] : items[9]));
        return transaction;
    }

    // As in the package: what is empty comes back as null.
    private static string Hex(byte[] bytes) => bytes.Length == 0 ? null : bytes.ToHex(true);

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
