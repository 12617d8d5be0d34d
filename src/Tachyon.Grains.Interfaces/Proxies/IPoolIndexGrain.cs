namespace Tachyon.Grains;

/// <summary>The exits to which the operator has, or had, a pool.</summary>
[Alias("tachyon.IPoolIndexGrain")]
public interface IPoolIndexGrain : IGrainWithStringKey
{
    /// <summary>Adds an exit; durable on return.</summary>
    [Alias("Add")]
    Task Add(Address exit);

    /// <summary>All of them.</summary>
    [Alias("List")]
    Task<Address[]> List();
}
