using Nethereum.ABI.Model;

namespace Nethereum.ABI.FunctionEncoding.Attributes;

/// <summary>Marks a contract function's message with the function's name and what it returns.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class FunctionAttribute : Attribute
{
    public FunctionAttribute(string name) => Name = name;

    public FunctionAttribute(string name, string returnType)
        : this(name) => ReturnType = returnType;

    public FunctionAttribute(string name, Type dtoReturnType)
        : this(name) => DTOReturnType = dtoReturnType;

    public string Name { get; }

    public string ReturnType { get; }

    public Type DTOReturnType { get; }
}

/// <summary>Marks what a function with several results, or a struct as result, returns.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class FunctionOutputAttribute : Attribute;

/// <summary>Marks an event.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class EventAttribute : Attribute
{
    public EventAttribute(string name) => Name = name;

    public string Name { get; set; }
}

/// <summary>Marks a custom error.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class ErrorAttribute : Attribute
{
    public ErrorAttribute(string name) => Name = name;

    public string Name { get; set; }
}

/// <summary>A parameter, result, event field or struct member: its Solidity type ("tuple" for structs) and place.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class ParameterAttribute : Attribute
{
    public ParameterAttribute(string type, string name = null, int order = 1)
        => Parameter = new Parameter(type, name, order);

    public ParameterAttribute(string type, string name, int order, bool indexed = false)
        : this(type, name, order) => Parameter.Indexed = indexed;

    public ParameterAttribute(string type, string name, int order, string structTypeName = null)
        : this(type, name, order) => Parameter.StructTypeName = structTypeName;

    public ParameterAttribute(string type, int order)
        : this(type, null, order)
    {
    }

    public Parameter Parameter { get; }

    public int Order => Parameter.Order;

    public string Name => Parameter.Name;

    public string Type => Parameter.Type;

    public string StructTypeName => Parameter.StructTypeName;
}

public interface IFunctionOutputDTO;

public interface IEventDTO;

public interface IErrorDTO;
