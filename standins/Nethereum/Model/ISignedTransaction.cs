namespace Nethereum.Model;

/// <summary>A transaction with its encodings: <see cref="RawHash"/> is what gets signed, <see cref="Hash"/> its name on chain.</summary>
public interface ISignedTransaction
{
    ISignature Signature { get; }

    byte[] RawHash { get; }

    byte[] Hash { get; }

    byte[] GetRLPEncoded();

    byte[] GetRLPEncodedRaw();

    void SetSignature(ISignature signature);
}

/// <summary>An entry of an access list.</summary>
public class AccessListItem
{
    public string Address { get; set; }

    public List<byte[]> StorageKeys { get; set; } = [];
}
