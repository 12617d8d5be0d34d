namespace Tachyon.Silo.Console.Pages;

/// <summary>One page of the console. It is asked again and again while somebody looks at it.</summary>
internal interface IConsolePage
{
    /// <summary>Whether it takes the operator key even where reading is open to all.</summary>
    bool IsForOperators => false;

    /// <summary>The page as things stand now.</summary>
    /// <param name="http">The request that asked first: its route and its query say for what.</param>
    Task<Page> RenderAsync(HttpContext http);
}
