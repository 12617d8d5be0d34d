using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Util;

namespace Nethereum.ABI.Model;

/// <summary>One parameter of a function, event or error.</summary>
public class Parameter
{
    public Parameter(string type, string name = null, int order = 1)
    {
        Type = type;
        Name = name;
        Order = order;
    }

    public string Type { get; }

    public string Name { get; }

    public int Order { get; }

    public bool Indexed { get; set; }

    public string StructTypeName { get; set; }
}

/// <summary>A function: <see cref="Sha3Signature"/> is its selector, 8 hexadecimal digits without prefix.</summary>
public class FunctionABI
{
    internal FunctionABI(string name, string signature)
    {
        Name = name;
        Sha3Signature = Sha3Keccack.Current.CalculateHash(signature)[..8];
    }

    public string Name { get; }

    public string Sha3Signature { get; }
}

/// <summary>An event: <see cref="Sha3Signature"/> is its first topic, 64 hexadecimal digits without prefix.</summary>
public class EventABI
{
    internal EventABI(string name, string signature)
    {
        Name = name;
        Sha3Signature = Sha3Keccack.Current.CalculateHash(signature);
    }

    public string Name { get; }

    public string Sha3Signature { get; }

    internal bool IsTopic(object topic) => topic is string text && text.IsTheSameHex(Sha3Signature);
}

/// <summary>A custom error: <see cref="Sha3Signature"/> is its selector, 8 hexadecimal digits without prefix.</summary>
public class ErrorABI
{
    internal ErrorABI(string name, string signature)
    {
        Name = name;
        Sha3Signature = Sha3Keccack.Current.CalculateHash(signature)[..8];
    }

    public string Name { get; }

    public string Sha3Signature { get; }
}
