"""A small, slow evaluator of AWS access questions, written from the AWS pages, apart from the engine.

| module       | question it answers                                                        |
|--------------|----------------------------------------------------------------------------|
| `patterns`   | does a text match a pattern, once its variables are replaced               |
| `conditions` | does a Condition block hold in a context                                   |
| `principals` | who is calling, does a Principal element name them, which keys do they fix |
| `shapes`     | is a document a policy at all                                              |
| `public`     | does S3 take a bucket policy as public                                     |
| `s3`         | what ACLs, object owners and access points change                          |
| `decide`     | one request, every document read, every key known: allowed or not          |
| `contexts`   | which contexts are worth trying when keys are open                         |
| `unresolved` | what could the parts be that code leaves open                              |
| `resources`  | which resources are worth trying when a glob is asked for                  |
| `answer`     | a whole request line: unread documents and open keys by trying them all    |

It shares no code with the engine. It is meant to be read beside the pages, so it prefers plain loops to
speed, and leaves what AWS does not document undecided.
"""
