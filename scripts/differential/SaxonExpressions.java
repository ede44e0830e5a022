import java.io.File;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.transform.stream.StreamSource;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.SaxonApiException;
import net.sf.saxon.s9api.XPathCompiler;
import net.sf.saxon.s9api.XPathSelector;
import net.sf.saxon.s9api.XdmNode;

/**
 * What Saxon-HE makes of XPath 2.0 expressions. Arguments: a document, a file of expressions, one a line. Prints a line
 * for each: true or false (the effective boolean value at the root element), the code of the error, or broken where Saxon
 * fails itself.
 */
public class SaxonExpressions {
  public static void main(String[] args) throws Exception {
    Processor processor = new Processor(false);
    XdmNode document = processor.newDocumentBuilder().build(new StreamSource(new File(args[0])));
    XdmNode root = (XdmNode) document.axisIterator(net.sf.saxon.s9api.Axis.CHILD).next();
    XPathCompiler compiler = processor.newXPathCompiler();
    compiler.setLanguageVersion("2.0");
    compiler.declareNamespace("a", "urn:a");
    compiler.declareNamespace("b", "urn:b");
    compiler.declareNamespace("xs", "http://www.w3.org/2001/XMLSchema");
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    for (String expression : Files.readAllLines(Path.of(args[1]))) {
      try {
        XPathSelector selector = compiler.compile(expression).load();
        selector.setContextItem(root);
        out.println(selector.effectiveBooleanValue());
      } catch (SaxonApiException error) {
        out.println(error.getErrorCode() == null ? "error" : error.getErrorCode().getLocalName());
      } catch (RuntimeException broken) {
        out.println("broken");
      }
    }
    out.flush();
  }
}
