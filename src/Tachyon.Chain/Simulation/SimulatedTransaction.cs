using Nethereum.Model;
using Tachyon.Chain.Ethereum.Bindings;

namespace Tachyon.Chain.Simulation;

/// <summary>A transaction as the simulated chain reads it from its bytes.</summary>
internal sealed record SimulatedTransaction(
    Bytes32 Hash, Address Sender, ulong ChainId, ulong Nonce, FeeCaps Fees, ulong GasLimit, ChainCall? Call)
{
    /// <summary>Reads the very bytes that a real chain would get; null when they are no transaction.</summary>
    public static SimulatedTransaction? Read(SignedTransaction signed, Deployment deployment)
    {
        try
        {
            if (TransactionFactory.CreateTransaction(signed.Raw.ToArray()) is not Transaction1559 read
                || !Address.TryParse(read.ReceiverAddress, out var to))
            {
                return null;
            }

            var parity = read.Signature.V is [1] ? 1 : 0;
            var signature = new Protocol.Signing.Signature(
                Word(read.Signature.R), Word(read.Signature.S), (byte)(27 + parity));
            return Secp256k1.Default.TryRecover(Bytes32.FromBytes(read.RawHash), signature, out var key)
                ? new SimulatedTransaction(
                    Keccak256.Hash(signed.Raw.Span),
                    key.ToAddress(),
                    (ulong)read.ChainId,
                    (ulong)(read.Nonce ?? 0),
                    new FeeCaps(read.MaxFeePerGas ?? 0, read.MaxPriorityFeePerGas ?? 0),
                    (ulong)(read.GasLimit ?? 0),
                    CallDecoder.Decode(to, Convert.FromHexString((read.Data ?? "0x").AsSpan(2)), deployment))
                : null;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Nethereum throws whatever the damage leads to.
            return null;
        }
    }

    private static Bytes32 Word(byte[] number)
    {
        Span<byte> word = stackalloc byte[Bytes32.Length];
        word.Clear();
        number.CopyTo(word[(Bytes32.Length - number.Length)..]);
        return Bytes32.FromBytes(word);
    }
}
