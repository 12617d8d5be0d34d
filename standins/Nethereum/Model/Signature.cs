namespace Nethereum.Model;

public interface ISignature
{
    byte[] R { get; }

    byte[] S { get; }

    byte[] V { get; set; }
}

/// <summary>A transaction's signature; of a typed transaction V is the parity of y: one byte, 0 or 1.</summary>
public class Signature : ISignature
{
    public Signature()
    {
    }

    public Signature(byte[] r, byte[] s, byte[] v)
    {
        R = r;
        S = s;
        V = v;
    }

    public byte[] R { get; set; }

    public byte[] S { get; set; }

    public byte[] V { get; set; }
}
