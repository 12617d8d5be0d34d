using System.Numerics;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Util;

namespace Nethereum.Model;

/// <summary>An EIP-1559 transaction.</summary>
public class Transaction1559 : ISignedTransaction
{
    internal const byte Type = 2;

    public Transaction1559(
        BigInteger chainId, BigInteger? nonce, BigInteger? maxPriorityFeePerGas, BigInteger? maxFeePerGas,
        BigInteger? gasLimit, string receiverAddress, BigInteger? amount, string data, List<AccessListItem> accessList)
    {
        ChainId = chainId;
        Nonce = nonce;
        MaxPriorityFeePerGas = maxPriorityFeePerGas;
        MaxFeePerGas = maxFeePerGas;
        GasLimit = gasLimit;
        ReceiverAddress = receiverAddress;
        Amount = amount;
        Data = data;
        AccessList = accessList;
    }

    public BigInteger ChainId { get; }

    public BigInteger? Nonce { get; }

    public BigInteger? MaxPriorityFeePerGas { get; }

    public BigInteger? MaxFeePerGas { get; }

    public BigInteger? GasLimit { get; }

    public string ReceiverAddress { get; }

    public BigInteger? Amount { get; }

    public string Data { get; }

    public List<AccessListItem> AccessList { get; }

    public ISignature Signature { get; private set; }

    public byte[] RawHash => Sha3Keccack.Current.CalculateHash(GetRLPEncodedRaw());

    public byte[] Hash => Sha3Keccack.Current.CalculateHash(GetRLPEncoded());

    public void SetSignature(ISignature signature) => Signature = signature;

    public byte[] GetRLPEncodedRaw() => [Type, .. Rlp.List(Fields())];

    public byte[] GetRLPEncoded() => [Type, .. Rlp.List(Fields().Concat(
        [Number(Signature?.V), Number(Signature?.R), Number(Signature?.S)]))];

    private IEnumerable<byte[]> Fields() =>
    [
        Rlp.Element(ChainId),
        Rlp.Element(Nonce ?? 0),
        Rlp.Element(MaxPriorityFeePerGas ?? 0),
        Rlp.Element(MaxFeePerGas ?? 0),
        Rlp.Element(GasLimit ?? 0),
        Rlp.Element(ReceiverAddress.HexToByteArray()),
        Rlp.Element(Amount ?? 0),
        Rlp.Element(Data.HexToByteArray()),
        Rlp.List((AccessList ?? []).Select(item => Rlp.List(
            Rlp.Element(item.Address.HexToByteArray()), Rlp.List(item.StorageKeys.Select(Rlp.Element))))),
    ];

    private static byte[] Number(byte[] bytes)
        => Rlp.Element(bytes is null ? BigInteger.Zero : new BigInteger(bytes, isUnsigned: true, isBigEndian: true));
}
